import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CatalogConnection, openConnection } from '../../src/catalog/connection.ts'
import { migrate, SchemaTooNew } from '../../src/catalog/migrate.ts'
import { COUNTER_COLUMNS, REPO_COLUMNS } from '../../src/catalog/repos/columns.ts'
import { catalogTargets, type TestTarget } from '../support/catalog/embedded.ts'

describe.each(catalogTargets)('bringing the schema up to date ($engine)', ({ create }) => {
  let given: TestTarget
  let connection: CatalogConnection
  beforeAll(async () => {
    given = await create()
    connection = await openConnection(given.target)
  })
  afterAll(async () => {
    await connection.close()
    await given.remove()
  })

  it('applies every migration to an empty database once, even if two programs start together', async () => {
    const runs = await Promise.all([migrate(connection.db), migrate(connection.db)])
    for (const { name } of runs[0]) {
      const applied = runs.map((outcomes) => outcomes.find((outcome) => outcome.name === name)?.applied)
      expect([name, applied.sort()]).toEqual([name, [false, true]])
    }
    expect((await migrate(connection.db)).every((outcome) => !outcome.applied)).toBe(true)
  })

  it.each([
    ['repos', REPO_COLUMNS],
    ['repo_counters', COUNTER_COLUMNS],
  ])('gives the table %s every column that a listing fills, in its type', async (table, columns) => {
    const { rows } = await connection.pool.query<{ name: string; type: string }>(
      `select attname as name, case format_type(atttypid, atttypmod) when 'timestamp with time zone' then 'timestamptz'
         else format_type(atttypid, atttypmod) end as type
       from pg_attribute where attrelid = $1::regclass and attname = any($2)`,
      [`catalog.${table}`, Object.keys(columns)],
    )
    expect(Object.fromEntries(rows.map(({ name, type }) => [name, type]))).toEqual(columns)
  })

  it('refuses a database that a newer program has migrated', async () => {
    await migrate(connection.db)
    await connection.pool.query(`insert into catalog.migrations values ('9999-later', now()::text)`)
    await expect(migrate(connection.db)).rejects.toThrow(SchemaTooNew)
    await expect(migrate(connection.db)).rejects.toThrow('9999-later')
  })
})
