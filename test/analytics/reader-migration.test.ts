import { randomBytes } from 'node:crypto'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { up as createCatalog } from '../../migrations/0001-catalog.ts'
import { up } from '../../migrations/0003-reader.ts'
import { runQuery } from '../../src/analytics/sql-runner.ts'
import type { TestDatabase } from '../support/servers/databases.ts'
import { createTestDatabase, describePostgres } from '../support/servers/postgres.ts'

describePostgres('the migration that creates the reader role', () => {
  const login = `hubdex_test_${randomBytes(6).toString('hex')}`
  let database: TestDatabase
  let db: Kysely<unknown>

  beforeAll(async () => {
    // The role belongs to the whole server, so migrating any database creates it.
    await migrateFresh()
    database = await createTestDatabase()
    db = connect(database.databaseUrl)
    await sql`create role ${sql.id(login)} login password 'secret'`.execute(db)
  })

  afterAll(async () => {
    await sql`drop role ${sql.id(login)}`.execute(db)
    await db.destroy()
    await database.drop()
  })

  function connect(databaseUrl: string): Kysely<unknown> {
    return new Kysely({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: databaseUrl }) }) })
  }

  async function inFreshDatabase(work: (fresh: Kysely<unknown>, url: URL) => Promise<void>): Promise<void> {
    const { databaseUrl, drop } = await createTestDatabase()
    const fresh = connect(databaseUrl)
    try {
      await work(fresh, new URL(databaseUrl))
    } finally {
      await fresh.destroy()
      await drop()
    }
  }

  const migrateFresh = () => inFreshDatabase((fresh) => fresh.transaction().execute(migrateAll))

  async function migrateAll(transaction: Kysely<unknown>): Promise<void> {
    await createCatalog(transaction)
    await up(transaction)
  }

  /** Migrates as an ordinary login in a transaction that is rolled back, after the administrator's preparations. */
  async function tryAsLogin(prepare: string[]): Promise<unknown> {
    const undo = new Error('undo')
    const outcome = await db
      .transaction()
      .execute(async (transaction) => {
        for (const statement of prepare) await sql.raw(statement).execute(transaction)
        await createCatalog(transaction)
        await sql`grant usage, create on schema catalog to ${sql.id(login)}`.execute(transaction)
        await sql`grant select on all tables in schema public to ${sql.id(login)} with grant option`.execute(transaction)
        await sql`set local session authorization ${sql.id(login)}`.execute(transaction)
        await up(transaction)
        throw undo
      })
      .catch((error: unknown) => error)
    return outcome === undo ? undefined : outcome
  }

  test('says what an administrator must do if the user may not create roles', async () => {
    const error = await tryAsLogin(['alter role hubdex_reader rename to hubdex_reader_elsewhere'])
    expect(error).toMatchObject({
      code: '42501',
      message: expect.stringContaining(`create role hubdex_reader nologin; grant hubdex_reader to ${login};`),
    })
  })

  test('says what an administrator must do if the user is not a member of the role', async () => {
    expect(await tryAsLogin([])).toMatchObject({
      code: '42501',
      message: expect.stringContaining(`grant hubdex_reader to ${login};`),
    })
  })

  test.each([
    'alter role hubdex_reader createdb',
    'alter role hubdex_reader login',
    'alter role hubdex_reader superuser',
    'grant pg_read_server_files to hubdex_reader',
  ])('refuses a role of that name with rights: %s', async (statement) => {
    expect(await tryAsLogin([statement])).toMatchObject({ message: expect.stringContaining('hubdex_reader') })
  })

  test('lets an ordinary user who is a member migrate, and fences the queries of that user', () =>
    inFreshDatabase(async (fresh, url) => {
      await sql`grant hubdex_reader to ${sql.id(login)}`.execute(fresh)
      await sql`grant create on database ${sql.id(url.pathname.slice(1))} to ${sql.id(login)}`.execute(fresh)
      await sql`grant usage, create on schema public to ${sql.id(login)} with grant option`.execute(fresh)
      url.username = login
      url.password = 'secret'
      const pool = new pg.Pool({ connectionString: url.href })
      const asLogin = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
      try {
        await asLogin.transaction().execute(migrateAll)
        const limits = { timeoutMs: 1000, maxRows: 1, maxBytes: 1000 }
        expect(await runQuery(pool, 'select current_user, count(*) from models', limits)).toMatchObject({
          rows: [['hubdex_reader', 0]],
        })
        const refused = (query: string) => expect(runQuery(pool, query, limits)).rejects
        await refused('select * from catalog.repos').toThrow('permission denied')
        await refused(`select set_config('role', '${login}', true)`).toThrow('cannot set')
      } finally {
        await asLogin.destroy()
        await sql`revoke hubdex_reader from ${sql.id(login)}`.execute(fresh)
      }
    }))

  test('gives the reader no right on the schema of the catalog', () =>
    inFreshDatabase(async (fresh) => {
      await fresh.transaction().execute(migrateAll)
      const { rows } = await sql`
        select has_schema_privilege('hubdex_reader', 'catalog', 'usage') as usage,
          has_schema_privilege('hubdex_reader', 'catalog', 'create') as create,
          has_function_privilege('public', 'catalog.run_query(text, integer, integer)', 'execute') as public`.execute(fresh)
      expect(rows).toEqual([{ usage: false, create: false, public: false }])
    }))

  test('runs in many databases of one server at once', async () => {
    await Promise.all(Array.from({ length: 6 }, migrateFresh))
  })
})
