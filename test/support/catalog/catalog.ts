import { afterAll, beforeAll, beforeEach } from 'vitest'
import { type CatalogConnection, openConnection } from '../../../src/catalog/connection.ts'
import { migrate } from '../../../src/catalog/migrate.ts'
import { type CreateTarget, createAnyTarget, type TestTarget } from './embedded.ts'

/** An open catalog with its schema, on any engine. `await using` closes and removes it. */
export interface TestCatalog extends AsyncDisposable {
  connection: CatalogConnection
  db: CatalogConnection['db']
  target: TestTarget['target']
  /** First column of the first row. */
  value(sql: string): Promise<unknown>
  rows(sql: string): Promise<Record<string, unknown>[]>
  /** Empties the catalog's tables. */
  empty(): Promise<void>
}

/**
 * Deletes the rows of tables that have any, in any order and without triggers. To truncate all tables takes ten times as long,
 * because their files and those of their indexes are created again.
 */
const EMPTY = `
  set session_replication_role = replica;
  do $$
  declare
    name text;
    has_rows boolean;
  begin
    for name in
      select format('%I.%I', schemaname, tablename) from pg_tables
      where schemaname = 'catalog' and tablename not like 'migrations%'
    loop
      execute format('select exists (select from %s)', name) into has_rows;
      if has_rows then execute format('delete from %s', name); end if;
    end loop;
  end $$;
  set session_replication_role = origin`

export async function openTestCatalog(create: CreateTarget = createAnyTarget): Promise<TestCatalog> {
  const { target, remove } = await create({ hasSchema: true })
  const connection = await openConnection(target)
  await migrate(connection.db)
  // Copies of a template have the same id.
  await connection.pool.query('update catalog.identity set catalog_id = default')
  const rows = async (sql: string) => (await connection.pool.query<Record<string, unknown>>(sql)).rows
  return {
    connection,
    db: connection.db,
    target,
    rows,
    empty: async () => void (await rows(EMPTY)),
    value: async (sql) => Object.values((await rows(sql))[0] ?? {})[0],
    [Symbol.asyncDispose]: async () => {
      await connection.close()
      await remove()
    },
  }
}

/** A catalog for all tests of a `describe` block, empty before each of them. */
export function sharedCatalog(create: CreateTarget): TestCatalog {
  // Hooks fill it before any test can use it.
  const catalog = {} as TestCatalog
  beforeAll(async () => {
    Object.assign(catalog, await openTestCatalog(create))
  })
  afterAll(() => catalog[Symbol.asyncDispose]?.())
  beforeEach(() => catalog.empty())
  return catalog
}
