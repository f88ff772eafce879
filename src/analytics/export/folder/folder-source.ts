import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { errorCode } from '../../../util/error-code.ts'
import type { ExportSource, StoredFile } from '../check-export.ts'
import { InvalidExport, isInFormerExport, MANIFEST_NAME, type Manifest, parseManifest } from '../manifest.ts'

/** An export in a folder. */
export function folderSource(folder: string): ExportSource {
  return {
    readManifest: () => readManifest(folder),
    list: (manifest) => list(folder, manifest),
    read: async (path) => createReadStream(join(folder, path)),
  }
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

async function list(folder: string, manifest: Manifest): Promise<StoredFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
  const found = paths.filter((path) => path !== MANIFEST_NAME && !isInFormerExport(path, manifest))
  return await Promise.all(found.map(async (path) => ({ path, bytes: (await stat(join(folder, path))).size })))
}
