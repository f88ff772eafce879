import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CatalogConnection, openConnection } from '../../src/catalog/connection.ts'
import { catalogTargets, type TestTarget } from '../support/catalog/embedded.ts'
import type { TestDatabase } from '../support/servers/databases.ts'
import { createTestDatabase, describePostgres } from '../support/servers/postgres.ts'

describe.each(catalogTargets)('a connection to the catalog ($engine)', ({ engine, create }) => {
  let target: TestTarget
  let connection: CatalogConnection

  beforeAll(async () => {
    target = await create()
    connection = await openConnection(target.target)
  })
  afterAll(async () => {
    await connection.close()
    await target.remove()
  })

  test('answers queries with parameters through Kysely', async () => {
    const { rows } = await sql<{ answer: number }>`select ${41}::int + 1 as answer`.execute(connection.db)
    expect(rows).toEqual([{ answer: 42 }])
    expect(connection.engine).toBe(engine)
  })

  test('keeps what a transaction committed and drops what it rolled back', async () => {
    await connection.pool.query('create table kept (value int)')
    await connection.db.transaction().execute((transaction) => sql`insert into kept values (1)`.execute(transaction))
    const refused = connection.db.transaction().execute(async (transaction) => {
      await sql`insert into kept values (2)`.execute(transaction)
      throw new Error('changed our mind')
    })
    await expect(refused).rejects.toThrow('changed our mind')
    const { rows } = await connection.pool.query('select value from kept')
    expect(rows).toEqual([{ value: 1 }])
  })

  test('can create the trigram extension', async () => {
    await connection.pool.query('create extension if not exists pg_trgm')
    const { rows } = await connection.pool.query(`select similarity('llama', 'lama') > 0.3 as similar`)
    expect(rows).toEqual([{ similar: true }])
  })

  test('carries rows of several megabytes both ways', async () => {
    const text = 'é'.repeat(4_000_000)
    const { rows } = await connection.pool.query('select $1::text as text', [text])
    expect(rows[0].text === text).toBe(true)
  })
})

describePostgres('a Postgres server that cannot be used', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase()
  })
  afterAll(() => database.drop())

  const variants: [string, (url: URL) => void, RegExp, string][] = [
    ['is down', (url) => (url.port = '1'), /^connection-refused$/, ':1'],
    ['lacks the database', (url) => (url.pathname = '/absent'), /^no-such-database$/, 'absent'],
    ['is at an unknown host', (url) => (url.hostname = 'absent.invalid'), /^(no-such|unresolved)-host$/, 'absent.invalid'],
    ['does not speak TLS', (url) => url.searchParams.set('sslmode', 'verify-full'), /^tls-unsupported$/, 'sslmode'],
    ['does not know the user', (url) => (url.username = 'absent'), /^access-denied$/, 'pg_hba.conf'],
  ]

  test.each(variants)('is refused with advice when it %s, without the password', async (_, change, code, named) => {
    const url = new URL(database.databaseUrl)
    url.password = 'hush-hush'
    change(url)
    const error = await openConnection({ databaseUrl: url.href }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: expect.stringMatching(code), message: expect.stringContaining(named) })
    expect(String(error)).not.toContain('hush-hush')
  })

  test('does not end the process when it ends a connection in use, even the first one', async () => {
    const connection = await openConnection({ databaseUrl: database.databaseUrl })
    const first = await connection.pool.connect()
    const { rows } = await first.query('select pg_backend_pid() as pid')
    const ended = new Promise((resolve) => first.once('end', resolve))
    await connection.pool.query('select pg_terminate_backend($1)', [rows[0].pid])
    await ended
    await expect(first.query('select 1')).rejects.toThrow()
    first.release(true)
    await connection.close()
  })

  test('is refused when the URL is not a Postgres URL', async () => {
    await expect(openConnection({ databaseUrl: 'mysql://root:hush-hush@host/db' })).rejects.toMatchObject({
      code: 'invalid-url',
      message: expect.stringContaining('postgres://user:password@host:5432/database'),
    })
  })
})
