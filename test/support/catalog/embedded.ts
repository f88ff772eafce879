import { createHash, randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { access, cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inject } from 'vitest'
import { type CatalogTarget, openConnection } from '../../../src/catalog/connection.ts'
import { createDatabaseFiles } from '../../../src/catalog/embedded/engine/create-database-files.ts'
import { migrate } from '../../../src/catalog/migrate.ts'
import { createTestDatabase, hasPostgres } from '../servers/postgres.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

export interface NewDatabase {
  /** Whether it has the schema of the catalog already, as after a first start. @default false */
  hasSchema?: boolean
}

/** A data directory of its own with an empty embedded catalog in it. */
export async function createDataDirectory({ hasSchema = false }: NewDatabase = {}): Promise<string> {
  const directory = await mkdtemp(join(inject('scratchDirectory'), 'data-'))
  const database = await (hasSchema ? DATABASE_WITH_SCHEMA : EMPTY_DATABASE).path()
  await cp(database, join(directory, 'postgres'), { recursive: true })
  return directory
}

/**
 * Files of a database that many tests begin with. The first test that asks has them made, and later runs find them: to make
 * a database takes several seconds, to apply the migrations two more, and both depend on nothing but the sources.
 */
class TemplateDatabase {
  readonly #sources: readonly string[]
  readonly #fill: (directory: string) => Promise<unknown>
  #path: Promise<string> | undefined

  /** @param sources what the files depend on, relative to the root of the project */
  constructor(sources: readonly string[], fill: (directory: string) => Promise<unknown>) {
    this.#sources = sources
    this.#fill = fill
  }

  path(): Promise<string> {
    this.#path ??= this.#create()
    return this.#path
  }

  async #create(): Promise<string> {
    const digest = createHash('sha256')
    for (const source of this.#sources) digest.update(await readFile(join(ROOT, source)))
    const path = join(ROOT, 'node_modules/.cache/hubdex-test', digest.digest('hex').slice(0, 16))
    if (await exists(path)) return path
    const unfinished = `${path}-${randomBytes(4).toString('hex')}`
    await mkdir(unfinished, { recursive: true, mode: 0o700 })
    await this.#fill(unfinished)
    try {
      await rename(unfinished, path)
    } catch (error) {
      // Another test file was faster.
      if (!(await exists(path))) throw error
      await rm(unfinished, { recursive: true })
    }
    return path
  }
}

const ENGINE_SOURCES = ['src/catalog/embedded/engine/pglite.ts', 'node_modules/@electric-sql/pglite/package.json']
const MIGRATIONS = readdirSync(join(ROOT, 'migrations')).map((file) => `migrations/${file}`)

const EMPTY_DATABASE = new TemplateDatabase(ENGINE_SOURCES, createDatabaseFiles)

const DATABASE_WITH_SCHEMA = new TemplateDatabase(
  [...ENGINE_SOURCES, 'src/catalog/migrate.ts', ...MIGRATIONS],
  async (directory) => {
    const dataDirectory = await createDataDirectory()
    const connection = await openConnection({ dataDirectory })
    await migrate(connection.db)
    await connection.close()
    await cp(join(dataDirectory, 'postgres'), directory, { recursive: true })
    await rm(dataDirectory, { recursive: true })
  },
)

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
  create: CreateTarget
}

/** Where there is a real Postgres, `hasSchema` means nothing: migrations take it a quarter of a second. */
export type CreateTarget = (database?: NewDatabase) => Promise<TestTarget>

/**
 * The engines that a catalog test runs against, for `describe.each(catalogTargets)('… ($engine)', ({ create }) => …)`.
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

/** One engine, like `anyCatalogTarget`, outside of `describe.each`. */
export const createAnyTarget: CreateTarget = hasPostgres ? createPostgresTarget : createEmbeddedTarget

async function createEmbeddedTarget(database?: NewDatabase): Promise<TestTarget> {
  const dataDirectory = await createDataDirectory(database)
  return { target: { dataDirectory }, remove: () => rm(dataDirectory, { recursive: true }) }
}

async function createPostgresTarget(): Promise<TestTarget> {
  const { databaseUrl, drop } = await createTestDatabase()
  return { target: { databaseUrl }, remove: drop }
}
