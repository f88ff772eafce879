import { createHash, randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { access, cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inject } from 'vitest'
import { type CatalogTarget, openConnection } from '../../../src/catalog/connection.ts'
import { createDatabaseFiles } from '../../../src/catalog/embedded/pglite/create-database-files.ts'
import { migrate } from '../../../src/catalog/migrate.ts'
import { createTestDatabase, hasPostgres, type NewDatabase } from '../servers/postgres.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** A new data directory with an empty embedded catalog. */
export async function createDataDirectory({ hasSchema = false }: NewDatabase = {}): Promise<string> {
  const directory = await mkdtemp(join(inject('scratchDirectory'), 'data-'))
  await compilePglite()
  const database = await (hasSchema ? DATABASE_WITH_SCHEMA : EMPTY_DATABASE).path()
  await cp(database, join(directory, 'postgres'), { recursive: true })
  return directory
}

const { compile } = (globalThis as unknown as { WebAssembly: { compile(bytes: Uint8Array): Promise<unknown> } }).WebAssembly
let compiledPglite: Promise<unknown> | undefined

/**
 * Has V8 share the compiled WebAssembly with each later start of an engine in this process, as long as something refers to it.
 * Otherwise compilation is more than half of a start.
 */
function compilePglite(): Promise<unknown> {
  compiledPglite ??= readFile(join(ROOT, 'node_modules/@electric-sql/pglite/dist/pglite.wasm')).then(compile)
  return compiledPglite
}

/**
 * Files of a database that many tests start with. They are created once and reused by later runs, as long as the sources are
 * the same: creation takes several seconds, and the migrations two more.
 */
class TemplateDatabase {
  readonly #sources: readonly string[]
  readonly #fill: (directory: string) => Promise<unknown>
  #path: Promise<string> | undefined

  /** @param sources files that the database depends on, relative to the root of the project */
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

const PGLITE_SOURCES = ['src/catalog/embedded/pglite/open-pglite.ts', 'node_modules/@electric-sql/pglite/package.json']
const MIGRATIONS = readdirSync(join(ROOT, 'migrations')).map((file) => `migrations/${file}`)

const EMPTY_DATABASE = new TemplateDatabase(PGLITE_SOURCES, createDatabaseFiles)

const DATABASE_WITH_SCHEMA = new TemplateDatabase(
  [...PGLITE_SOURCES, 'src/catalog/migrate.ts', ...MIGRATIONS],
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

export type CreateTarget = (database?: NewDatabase) => Promise<TestTarget>

/** The engines for catalog tests. `create` returns an empty database; close connections to it before `remove`. */
export const catalogTargets: readonly CatalogTargetKind[] = [
  { engine: 'embedded', create: createEmbeddedTarget },
  ...(hasPostgres ? [{ engine: 'postgres', create: createPostgresTarget } as const] : []),
]

/** One engine, for slow tests that do not depend on it: a real Postgres if there is one, because it is faster. */
export const anyCatalogTarget: readonly CatalogTargetKind[] = catalogTargets.slice(-1)

/** One engine, like `anyCatalogTarget`, outside of `describe.each`. */
export const createAnyTarget: CreateTarget = hasPostgres ? createPostgresTarget : createEmbeddedTarget

async function createEmbeddedTarget(database?: NewDatabase): Promise<TestTarget> {
  const dataDirectory = await createDataDirectory(database)
  return { target: { dataDirectory }, remove: () => rm(dataDirectory, { recursive: true }) }
}

async function createPostgresTarget(database?: NewDatabase): Promise<TestTarget> {
  const { databaseUrl, drop } = await createTestDatabase(database)
  return { target: { databaseUrl }, remove: drop }
}
