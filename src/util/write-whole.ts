import { randomBytes } from 'node:crypto'
import { access, constants, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { errorCode } from './error-code.ts'

/** A file cannot be written; the message says why. */
export class FileNotWritable extends Error {
  override readonly name = 'FileNotWritable'
}

/**
 * Checks, before the work for a file is done, that it can be written.
 *
 * @throws FileNotWritable
 */
export async function requireWritable(path: string): Promise<void> {
  const target = resolve(path)
  await explained(path, () => access(dirname(target), constants.W_OK | constants.X_OK))
  const isFolder = await stat(target).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (isFolder) throw new FileNotWritable(`${path} is a folder; expected the name of a file.`)
}

/**
 * Writes a file whole or not at all: into a new one beside it, which then takes its name.
 *
 * @throws FileNotWritable
 */
export async function writeWhole(path: string, contents: string | Uint8Array): Promise<void> {
  const target = resolve(path)
  const aside = join(dirname(target), `.${basename(target).slice(0, 100)}.${randomBytes(4).toString('hex')}`)
  await explained(path, async () => {
    try {
      await using file = await open(aside, 'wx', 0o644)
      await file.writeFile(contents)
      await file.sync()
      await rename(aside, target)
    } catch (error) {
      await rm(aside, { force: true })
      throw error
    }
  })
}

async function explained(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const code = errorCode(error)
    if (code === undefined) throw error
    const reason = REASONS[code] ?? (error as Error).message
    throw new FileNotWritable(`${path} cannot be written: ${reason}.`, { cause: error })
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist. Create the folder, or give another file',
  ENOTDIR: 'a part of its path is a file. Give another file',
  EACCES: 'its folder cannot be written to by this user. Give another file',
  EROFS: 'its disk is read-only. Give another file',
  EISDIR: 'it is a folder. Give the name of a file',
  ENOSPC: 'the disk is full. Free some space, or write to another disk',
  EDQUOT: 'the disk quota is used up. Free some space, or write to another disk',
  ENAMETOOLONG: 'its name is too long. Give a shorter one',
}
