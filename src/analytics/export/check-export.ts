import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ExportedFile, Manifest } from './manifest.ts'

export type FaultCode = 'missing' | 'wrong-size' | 'wrong-content' | 'unexpected'

export interface ExportFault {
  path: string
  code: FaultCode
}

export interface CheckedExport {
  manifest: Manifest
  faults: readonly ExportFault[]
}

export interface StoredFile {
  path: string
  bytes: number
}

/** Where an export is read. */
export interface ExportSource {
  /** @throws InvalidExport if there is no manifest that this version reads */
  readManifest(): Promise<Manifest>
  /** All files except the manifest, and those of other exports. */
  list(manifest: Manifest): Promise<StoredFile[]>
  read(path: string): Promise<Readable>
}

/**
 * Compares an export with its manifest: every byte of every file by hash, and no file more. Counts of rows need no check of their
 * own, because the hash covers them.
 *
 * @throws InvalidExport if there is no manifest that this version reads
 */
export async function checkExport(source: ExportSource, signal: AbortSignal): Promise<CheckedExport> {
  const manifest = await source.readManifest()
  const stored = new Map((await source.list(manifest)).map(({ path, bytes }) => [path, bytes]))
  const faults: ExportFault[] = []
  for (const file of manifest.files) {
    const code = await faultOf(source, file, stored.get(file.path), signal)
    if (code !== undefined) faults.push({ path: file.path, code })
    stored.delete(file.path)
  }
  return { manifest, faults: [...faults, ...[...stored.keys()].map((path) => ({ path, code: 'unexpected' as const }))] }
}

async function faultOf(
  source: ExportSource,
  file: ExportedFile,
  bytes: number | undefined,
  signal: AbortSignal,
): Promise<FaultCode | undefined> {
  if (bytes === undefined) return 'missing'
  if (bytes !== file.bytes) return 'wrong-size'
  const hash = createHash('sha256')
  await pipeline(await source.read(file.path), hash, { signal })
  return hash.digest('hex') === file.sha256 ? undefined : 'wrong-content'
}
