import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type CatalogConnection, openConnection } from '../../src/catalog/connection.ts'
import { createSampleHub } from '../../src/sample-hub/sample-hub.ts'
import { hubdex } from '../support/processes/hubdex.ts'
import type { TestDatabase } from '../support/servers/databases.ts'
import { createTestDatabase, describePostgres } from '../support/servers/postgres.ts'

describePostgres('a login that is a member of hubdex_readers', () => {
  const login = `hubdex_test_${randomBytes(6).toString('hex')}`
  let database: TestDatabase
  let owner: CatalogConnection
  let environment: Record<string, string>

  beforeAll(async () => {
    database = await createTestDatabase()
    const hub = await createSampleHub({ repos: 60, seed: 5, quota: 0 })
    const asOwner = { DATABASE_URL: database.databaseUrl, HF_ENDPOINT: hub.url }
    for (const command of [['db', 'migrate'], ['crawl']]) expect(await hubdex(command, asOwner)).toMatchObject({ code: 0 })
    await hub.close()
    owner = await openConnection({ databaseUrl: database.databaseUrl })
    await owner.pool.query(`create role ${login} login password 'secret'`)
    await owner.pool.query(`grant hubdex_readers to ${login}`)
    const url = new URL(database.databaseUrl)
    url.username = login
    url.password = 'secret'
    environment = { DATABASE_URL: url.href, HF_ENDPOINT: hub.url }
  })
  afterAll(async () => {
    await owner.pool.query(`drop role ${login}`)
    await owner.close()
    await database.drop()
  })

  it.each([
    ['search', 'a', '--limit', '3'],
    ['search', '--facet', 'license', '--sort', 'likes'],
    ['sql', 'select count(*) from repos'],
    ['sql', 'licenses'],
    ['status'],
    ['schedule', '--list'],
    ['failures'],
    ['db', 'migrate'],
  ])('may run hubdex %s', async (...commandLine) => {
    const { code, stderr } = await hubdex(commandLine, environment)
    expect(stderr).toBe('')
    expect(code).toBe(0)
  })

  it('may show a repo', async () => {
    const { rows } = await owner.pool.query('select id from models limit 1')
    expect(await hubdex(['show', rows[0].id], environment)).toMatchObject({ code: 0, stderr: '' })
  })

  it('may read what a later migration adds', async () => {
    await owner.pool.query('create table catalog.added (id int); create view added as select * from catalog.added')
    const reader = await openConnection({ databaseUrl: environment['DATABASE_URL'] ?? '' })
    await reader.pool.query('select from catalog.added, added')
    await reader.close()
  })

  it('may not write, which commands that write report', async () => {
    const reader = await openConnection({ databaseUrl: environment['DATABASE_URL'] ?? '' })
    const { rows } = await owner.pool.query(`
      select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('catalog', 'search')`)
    expect(rows.length).toBeGreaterThan(20)
    for (const { name } of rows) {
      await expect(reader.pool.query(`delete from ${name}`)).rejects.toMatchObject({ code: '42501' })
    }
    for (const statement of ['create table t (id int)', 'create table catalog.t (id int)', 'set role hubdex_reader']) {
      await expect(reader.pool.query(statement)).rejects.toMatchObject({ code: '42501' })
    }
    await reader.close()
    for (const command of ['crawl', 'schedule']) {
      const { code, stderr } = await hubdex([command], environment)
      expect([code, stderr]).toEqual([1, expect.stringMatching(/permission denied.*DATABASE_URL/s)])
    }
  })
})
