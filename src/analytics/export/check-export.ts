import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { errorCode } from '../../util/error-code.ts'
import { type ExportedFile, InvalidExport, MANIFEST_NAME, type Manifest, parseManifest } from './manifest.ts'

export type FaultCode = 'missing' | 'wrong-size' | 'wrong-content' | 'unexpected'

export interface ExportFault {
  path: string
  code: FaultCode
}

export interface CheckedExport {
  manifest: Manifest
  faults: readonly ExportFault[]
}

/**
 * Compares an export with its manifest: every byte of every file by hash, and no file more. Counts of rows need no check of their
 * own, because the hash covers them.
 *
 * @throws InvalidExport if the folder has no manifest that this version reads
 */
export async function checkExport(folder: string, signal: AbortSignal): Promise<CheckedExport> {
  const manifest = await readManifest(folder)
  const faults: ExportFault[] = []
  for (const file of manifest.files) {
    const code = await faultOf(join(folder, file.path), file, signal)
    if (code !== undefined) faults.push({ path: file.path, code })
  }
  const known = new Set([MANIFEST_NAME, ...manifest.files.map(({ path }) => path)])
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  for (const entry of found) {
    const path = join(entry.parentPath, entry.name)
      .slice(join(folder, '.').length)
      .replace(/^[/\\]/, '')
      .replaceAll('\\', '/')
    if (!entry.isDirectory() && !known.has(path)) faults.push({ path, code: 'unexpected' })
  }
  return { manifest, faults }
}

/** Reads the manifest of an export. @throws InvalidExport */
export async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, MANIFEST_NAME)
  try {
    return parseManifest(await readFile(path, 'utf8'), path)
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) throw error
    throw new InvalidExport(`There is no export in ${folder}: it has no ${MANIFEST_NAME}. Run \`hubdex export ${folder}\`.`, {
      cause: error,
    })
  }
}

async function faultOf(path: string, file: ExportedFile, signal: AbortSignal): Promise<FaultCode | undefined> {
  try {
    const { size } = await stat(path)
    if (size !== file.bytes) return 'wrong-size'
    const hash = createHash('sha256')
    await pipeline(createReadStream(path), hash, { signal })
    return hash.digest('hex') === file.sha256 ? undefined : 'wrong-content'
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 'missing'
    throw error
  }
}
