import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

export const BUILT_PAGE = fileURLToPath(new URL('../../../dist/web', import.meta.url))
const SOURCES = fileURLToPath(new URL('../../../src/web', import.meta.url))

/** Builds the page unless it is newer than its sources. */
export async function buildPage(): Promise<void> {
  const document = join(BUILT_PAGE, 'index.html')
  if (existsSync(document) && statSync(document).mtimeMs > newestOf(SOURCES)) return
  // Vitest sets another environment, in which libraries are built with their checks.
  const before = process.env['NODE_ENV']
  process.env['NODE_ENV'] = 'production'
  try {
    await build({ configFile: join(SOURCES, 'vite.config.ts'), mode: 'production' })
  } finally {
    process.env['NODE_ENV'] = before
  }
}

function newestOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return Math.max(...files.map((file) => statSync(join(folder, file)).mtimeMs))
}
