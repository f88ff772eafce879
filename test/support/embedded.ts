import { createHash, randomBytes } from 'node:crypto'
import { access, cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inject } from 'vitest'
import type { CatalogTarget } from '../../src/catalog/connection.ts'
import { createDatabaseFiles } from '../../src/catalog/embedded/create-database-files.ts'
import { createTestDatabase, hasPostgres } from './postgres.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A data directory of its own with an empty embedded catalogue in it. */
export async function createDataDirectory(): Promise<string> {
  const directory = await mkdtemp(join(inject('scratchDirectory'), 'data-'))
  await cp(await templateDatabase(), join(directory, 'postgres'), { recursive: true })
  return directory
}

let template: Promise<string> | undefined

/**
 * Created by the first test file that asks, and kept for later runs: it takes several seconds, and depends on nothing
 * but the two files in its name.
 */
function templateDatabase(): Promise<string> {
  template ??= createTemplate()
  return template
}

async function createTemplate(): Promise<string> {
  const digest = createHash('sha256')
  for (const source of ['src/catalog/embedded/pglite.ts', 'node_modules/@electric-sql/pglite/package.json']) {
    digest.update(await readFile(join(ROOT, source)))
  }
  const path = join(ROOT, 'node_modules/.cache/hubdex-test', digest.digest('hex').slice(0, 16))
  if (await exists(path)) return path
  const unfinished = `${path}-${randomBytes(4).toString('hex')}`
  await mkdir(unfinished, { recursive: true, mode: 0o700 })
  await createDatabaseFiles(unfinished)
  try {
    await rename(unfinished, path)
  } catch (error) {
    // Another test file was faster.
    if (!(await exists(path))) throw error
    await rm(unfinished, { recursive: true })
  }
  return path
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

export interface TestTarget {
  target: CatalogTarget
  remove(): Promise<void>
}

export interface CatalogTargetKind {
  engine: 'embedded' | 'postgres'
  create(): Promise<TestTarget>
}

/**
 * The engines that a catalogue test runs against, for `describe.each(catalogTargets)('… ($engine)', ({ create }) => …)`.
 * `create` gives an empty database of the file's own; close the connections to it before `remove`.
 */
export const catalogTargets: readonly CatalogTargetKind[] = [
  { engine: 'embedded', create: createEmbeddedTarget },
  ...(hasPostgres ? [{ engine: 'postgres', create: createPostgresTarget } as const] : []),
]

/**
 * One engine, for what does not depend on it and takes long: a real Postgres where there is one, which is the faster. What
 * the SQL itself does is tested on both.
 */
export const anyCatalogTarget: readonly CatalogTargetKind[] = catalogTargets.slice(-1)

async function createEmbeddedTarget(): Promise<TestTarget> {
  const dataDirectory = await createDataDirectory()
  return { target: { dataDirectory }, remove: () => rm(dataDirectory, { recursive: true }) }
}

async function createPostgresTarget(): Promise<TestTarget> {
  const { databaseUrl, drop } = await createTestDatabase()
  return { target: { databaseUrl }, remove: drop }
}
