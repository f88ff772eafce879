import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { errorCode } from '../../../util/error-code.ts'
import { InvalidExport, MANIFEST_NAME, parseManifest } from '../manifest.ts'

/**
 * Fills a folder whole or not at all: work writes into a new folder beside it, which then takes its name. A former export there
 * is replaced, and stays if the work fails.
 *
 * @throws InvalidExport if the folder holds anything but an export
 * @throws DiskFull
 */
export async function writeAside<Result>(folder: string, work: (aside: string) => Promise<Result>): Promise<Result> {
  const target = resolve(folder)
  await refuseOtherContents(target)
  const aside = await createAside(target)
  try {
    const result = await work(aside)
    await replace(target, aside)
    return result
  } catch (error) {
    await rm(aside, { recursive: true, force: true })
    if (!isFull(error)) throw error
    throw new DiskFull(
      `The disk of ${target} is full. What was written has been deleted, and a former export there stays. Free some space, or ` +
        'use another disk.',
      { cause: error },
    )
  }
}

async function createAside(target: string): Promise<string> {
  const parent = dirname(target)
  try {
    await mkdir(parent, { recursive: true })
    return await mkdtemp(join(parent, `.${basename(target)}.`))
  } catch (error) {
    if (isFull(error)) throw error
    const code = errorCode(error) ?? String(error)
    throw new InvalidExport(`No folder can be created in ${parent} (${code}); expected one in which this user may write.`, {
      cause: error,
    })
  }
}

class DiskFull extends Error {
  override readonly name = 'DiskFull'
}

/** No space, or no quota. */
function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(errorCode(error) ?? '')
}

/** A folder cannot replace another one that has files, so the previous one steps aside for a moment. */
async function replace(target: string, aside: string): Promise<void> {
  const former = `${aside}.former`
  try {
    await rename(target, former)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
  try {
    await rename(aside, target)
  } catch (error) {
    await rename(former, target).catch(() => undefined)
    throw error
  }
  await rm(former, { recursive: true, force: true })
}

async function refuseOtherContents(target: string): Promise<void> {
  const names = await namesIn(target)
  if (names.length === 0) return
  if (!names.includes(MANIFEST_NAME)) {
    throw new InvalidExport(
      `${target} holds ${names.length === 1 ? names[0] : `${names.length} files or folders`} and is not an export; expected an ` +
        'empty or new folder, or a former export, which is replaced. Give another folder.',
    )
  }
  const manifest = join(target, MANIFEST_NAME)
  const known = new Set([MANIFEST_NAME, ...parseManifest(await readFile(manifest, 'utf8'), manifest).files.map(folderOf)])
  const other = names.filter((name) => !known.has(name))
  if (other.length > 0) {
    throw new InvalidExport(
      `${target} is a former export, but also holds ${other.slice(0, 5).join(', ')}, which replacing it would delete. Move ` +
        'that elsewhere, or give another folder.',
    )
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    if (errorCode(error) === 'ENOTDIR') throw new InvalidExport(`${folder} is a file; expected a folder.`, { cause: error })
    throw error
  }
}

function folderOf({ path }: { path: string }): string {
  return path.split('/', 1)[0] as string
}
