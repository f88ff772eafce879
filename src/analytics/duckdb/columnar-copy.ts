import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { exportToFolder } from '../export/folder/export-to-folder.ts'
import { readManifest } from '../export/folder/folder-source.ts'
import { InvalidExport, MANIFEST_VERSION, type Manifest } from '../export/manifest.ts'

export interface ColumnarCopyOptions {
  /** A copy that is older is made again. */
  maxAgeMs: number
  signal: AbortSignal
  onRows(table: string, rows: number): void
}

export interface ColumnarCopy {
  folder: string
  manifest: Manifest
  isNew: boolean
}

/**
 * The export of a catalog that the columnar engine reads. It is made when there is none, or when it is too old, of another catalog
 * or of another version.
 *
 * @param parent the folder that holds the copy
 */
export async function columnarCopy(pool: pg.Pool, parent: string, options: ColumnarCopyOptions): Promise<ColumnarCopy> {
  const folder = join(parent, 'columnar')
  const present = await usableManifest(pool, folder, options.maxAgeMs)
  if (present !== undefined) return { folder, manifest: present, isNew: false }
  const whole = { ...options, format: 'parquet', tables: undefined, since: undefined } as const
  const manifest = await exportToFolder(pool, folder, whole)
  await removeLeftovers(parent)
  return { folder, manifest, isNew: true }
}

async function usableManifest(pool: pg.Pool, folder: string, maxAgeMs: number): Promise<Manifest | undefined> {
  try {
    const manifest = await readManifest(folder)
    const { rows } = await pool.query<Pick<Manifest, 'catalogId' | 'schemaVersion'>>(
      `select (select catalog_id::text from catalog.identity) as "catalogId",
         (select name from catalog.migrations order by name desc limit 1) as "schemaVersion"`,
    )
    const [catalog] = rows
    const isSame = manifest.catalogId === catalog?.catalogId && manifest.schemaVersion === catalog.schemaVersion
    const ageMs = Date.now() - Date.parse(manifest.catalogTime)
    return isSame && manifest.hubdexExport === MANIFEST_VERSION && ageMs <= maxAgeMs ? manifest : undefined
  } catch (error) {
    if (error instanceof InvalidExport) return undefined
    throw error
  }
}

const DAY_MS = 86_400_000

/** Removes folders that killed processes left beside the copy. Younger ones may be another process's. */
async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const path = join(parent, name)
    if (!name.startsWith('.columnar.')) continue
    if (Date.now() - (await stat(path)).mtimeMs > DAY_MS) await rm(path, { recursive: true, force: true })
  }
}
