import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { type ExportOptions, exportCatalog } from '../export-catalog.ts'
import { MANIFEST_NAME, type Manifest, manifestText } from '../manifest.ts'
import { HashedFile } from './hashed-file.ts'
import { writeAside } from './write-aside.ts'

/**
 * Writes an export into a folder, whole or not at all. A former export there is replaced, and stays if this one fails.
 *
 * @throws UnknownTable
 * @throws InvalidExport if the folder holds anything but an export
 * @throws the signal's reason when it was aborted
 */
export async function exportToFolder(pool: pg.Pool, folder: string, options: ExportOptions): Promise<Manifest> {
  return await writeAside(folder, (aside) =>
    exportCatalog(
      pool,
      {
        create: (path) => HashedFile.create(aside, path),
        writeManifest: (manifest) => writeFile(join(aside, MANIFEST_NAME), manifestText(manifest), { flush: true }),
      },
      options,
    ),
  )
}
