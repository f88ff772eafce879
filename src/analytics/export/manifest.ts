import { z } from 'zod'
import { EXPORT_FORMATS } from './export-formats.ts'

export const MANIFEST_NAME = 'manifest.json'

/** The number of this layout. A higher one says that a program must not read it as this one. */
export const MANIFEST_VERSION = 1

/** Exports in a bucket have a folder of their own, which begins with the time of the export. */
const OWN_FOLDER = /^\d{8}T\d{9}Z-[0-9a-f]{8}$/

const exportedFile = z.object({
  table: z.string(),
  /** Relative to the manifest, with `/` between folder and file. */
  path: z.string().regex(/^(\d{8}T\d{9}Z-[0-9a-f]{8}\/)?[a-z0-9_]+\/[a-z0-9_.]+$/),
  rows: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})
export type ExportedFile = z.infer<typeof exportedFile>

const manifest = z.object({
  hubdexExport: z.literal(MANIFEST_VERSION),
  hubdexVersion: z.string(),
  /** The last migration of the catalog, which decides which views and columns exist. */
  schemaVersion: z.string(),
  catalogId: z.string(),
  /** The state of the catalog at this time is exported, the same for all tables. */
  catalogTime: z.iso.datetime(),
  endpoint: z.string().nullable(),
  format: z.enum(EXPORT_FORMATS),
  /** Only what changed since then; null for everything. */
  since: z.iso.datetime().nullable(),
  files: z.array(exportedFile),
})
export type Manifest = z.infer<typeof manifest>

/** @throws InvalidExport when the text is not the manifest of an export that this version reads */
export function parseManifest(text: string, where: string): Manifest {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new InvalidExport(`${where} is not JSON: ${(error as Error).message}.`, { cause: error })
  }
  const version = (value as { hubdexExport?: unknown } | null)?.hubdexExport
  if (typeof version === 'number' && version !== MANIFEST_VERSION) {
    const [age, advice] = version > MANIFEST_VERSION ? ['a newer', 'Update hubdex, or export'] : ['an older', 'Export']
    throw new InvalidExport(`${where} has layout ${version}, of ${age} hubdex; expected ${MANIFEST_VERSION}. ${advice} again.`)
  }
  const parsed = manifest.safeParse(value)
  if (!parsed.success) {
    throw new InvalidExport(`${where} is not the manifest of an export: ${z.prettifyError(parsed.error)}`)
  }
  return parsed.data
}

export function manifestText(value: Manifest): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

/** The own folder of an export in a bucket; undefined for an export in a folder. */
export function ownFolderOf({ files }: Manifest): string | undefined {
  const first = files[0]?.path.split('/', 1)[0] ?? ''
  return isOwnFolder(first) ? first : undefined
}

export function isOwnFolder(name: string): boolean {
  return OWN_FOLDER.test(name)
}

/** Whether a path is in the own folder of another export: a copy of a bucket may hold several. */
export function isInFormerExport(path: string, manifest: Manifest): boolean {
  const first = path.split('/', 1)[0] ?? ''
  return isOwnFolder(first) && first !== ownFolderOf(manifest)
}

/** A folder is not an export, or not a complete one. */
export class InvalidExport extends Error {
  override readonly name = 'InvalidExport'
}
