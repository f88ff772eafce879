import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The page as Vite has built it. */
export interface BuiltPage {
  /** Its document, to be completed for each request. */
  document: string
  folder: string
  /** Paths of all other files, relative to the folder. */
  files: readonly string[]
}

/** Where the page is: beside the compiled sources in the package, or where a checkout builds it. */
const FOLDERS = ['../../../web', '../../../dist/web'].map((path) => fileURLToPath(new URL(path, import.meta.url)))

/** Reads the built page; undefined if it was not built. */
export function readBuiltPage(): BuiltPage | undefined {
  const folder = FOLDERS.find((candidate) => existsSync(join(candidate, 'index.html')))
  if (folder === undefined) return undefined
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
  return {
    document: readFileSync(join(folder, 'index.html'), 'utf8'),
    folder,
    files: files.filter((file) => file !== 'index.html'),
  }
}
