import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrations } from '../../../migrations/index.ts'
import { type CatalogConnection, openConnection } from '../../../src/catalog/connection.ts'
import { migrate } from '../../../src/catalog/migrate.ts'
import { ensureReaderRole } from '../../../src/catalog/postgres/reader-role.ts'
import { withLock } from '../../../src/catalog/postgres/with-lock.ts'
import { createScheduleStore } from '../../../src/catalog/processes/schedules.ts'
import { PostgresSearchEngine } from '../../../src/search/postgres/engine.ts'
import { testOwner } from '../../support/catalog/owners.ts'
import type { TestDatabase } from '../../support/servers/databases.ts'
import { createTestDatabase, describePostgres } from '../../support/servers/postgres.ts'

const login = `hubdex_test_${randomBytes(6).toString('hex')}`

describePostgres('readers and writers', () => {
  let database: TestDatabase
  let owner: CatalogConnection
  let reader: pg.Client

  beforeAll(async () => {
    database = await createTestDatabase()
    owner = await openConnection({ databaseUrl: database.databaseUrl })
    await migrate(owner.db)
    expect(await ensureReaderRole(owner.db)).toBeUndefined()
    await owner.pool.query(`create role ${login} login password 'secret'; grant hubdex_readers to ${login}`)
    reader = await connectReader(database.databaseUrl)
  })
  afterAll(async () => {
    await reader.end()
    await owner.pool.query(`drop role ${login}`)
    await owner.close()
    await database.drop()
  })

  async function connectReader(databaseUrl: string): Promise<pg.Client> {
    const url = new URL(databaseUrl)
    url.username = login
    url.password = 'secret'
    const client = new pg.Client({ connectionString: url.href, application_name: 'notebook' })
    await client.connect()
    return client
  }

  test('a reader cannot block a writer by advisory locks', async () => {
    await withLock(owner.db, 'anything', async () => undefined)
    await reader.query('begin')
    for (const key of [
      '7310588412',
      '3853314791062309107',
      `hashtextextended('hubdex readers', 0)`,
      `hashtextextended('schedule models', 0)`,
    ]) {
      await reader.query(`select pg_advisory_lock(${key})`)
    }
    const fresh = await createTestDatabase()
    const other = await openConnection({ databaseUrl: fresh.databaseUrl })
    await migrate(other.db)
    await other.close()
    await fresh.drop()
    await migrate(owner.db)
    await ensureReaderRole(owner.db)
    await new PostgresSearchEngine(owner).apply({ removals: ['none'] })
    const due = { job: 'models', cron: '* * * * *', dueAt: new Date(0), now: new Date(), isDone: false }
    expect(await createScheduleStore(owner.db, testOwner()).beginRun(due)).toMatchObject({ state: 'begun' })
    await reader.query('rollback; select pg_advisory_unlock_all()')
  })

  test.each([
    'select from catalog.locks for update',
    'select from catalog.locks for key share',
    'select from catalog.migrations_lock for update',
    'lock table catalog.locks in row share mode',
    'lock table search.posting in share mode',
  ])('a reader must not run %s', async (statement) => {
    await reader.query('begin')
    await expect(reader.query(statement)).rejects.toMatchObject({ code: '42501' })
    await reader.query('rollback')
  })

  test('an error for a lock that does not become free names its holder', async () => {
    const holder = new pg.Client({ connectionString: database.databaseUrl, application_name: 'stuck' })
    await holder.connect()
    await holder.query('begin')
    await withLock(owner.db, 'one', async () => undefined)
    const { rows } = await holder.query(`select pg_backend_pid() as pid from catalog.locks where name = 'one' for update`)
    const waiting = withLock(owner.db, 'one', async () => 'never', { waitMs: 50 })
    await expect(waiting).rejects.toThrow(
      new RegExp(`"one" .* 0.05 s.* ${rows[0].pid}, stuck, .*pg_terminate_backend\\(${rows[0].pid}\\)`),
    )
    await holder.query('rollback')
    expect(await withLock(owner.db, 'one', async () => 'now', { waitMs: 50 })).toBe('now')
    await holder.end()
  })

  test('an index is not reordered while a reader uses its postings', async () => {
    const engine = new PostgresSearchEngine(owner)
    const fileOf = async () => (await owner.pool.query(`select pg_relation_filenode('search.posting') as file`)).rows
    const before = await fileOf()
    await reader.query('begin')
    await reader.query('select from search.posting limit 1')
    await engine.optimize()
    expect(await fileOf()).toEqual(before)
    await reader.query('rollback')
    await engine.optimize()
    expect(await fileOf()).not.toEqual(before)
  })

  test('a migration that a reader blocks gives up, changes nothing and names the reader', async () => {
    const old = await createTestDatabase()
    const { db, close } = await openConnection({ databaseUrl: old.databaseUrl })
    await sql`create schema catalog`.execute(db)
    const migrator = new Migrator({
      db,
      provider: { getMigrations: async () => ({ ...migrations }) },
      migrationTableSchema: 'catalog',
      migrationTableName: 'migrations',
      migrationLockTableName: 'migrations_lock',
    })
    expect((await migrator.migrateTo('0003-reader')).error).toBeUndefined()
    await sql.raw(`grant usage on schema catalog to ${login}; grant select on catalog.repos to ${login}`).execute(db)
    const client = await connectReader(old.databaseUrl)
    await client.query('begin')
    await client.query('select from catalog.repos')
    await expect(migrate(db, { tableWaitMs: 50 })).rejects.toThrow(new RegExp(`0.05 s.*${login} .*notebook`))
    const { rows } = await sql<{ name: string }>`select max(name) as name from catalog.migrations`.execute(db)
    expect(rows).toEqual([{ name: '0003-reader' }])
    await client.query('rollback')
    expect((await migrate(db, { tableWaitMs: 5_000 })).filter(({ applied }) => applied)).not.toEqual([])
    await client.end()
    await sql.raw(`drop owned by ${login}`).execute(db)
    await close()
    await old.drop()
  })
})
