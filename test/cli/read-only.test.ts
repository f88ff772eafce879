import { afterAll, beforeAll, expect, it } from 'vitest'
import { openConnection } from '../../src/catalog/connection.ts'
import { createSampleHub } from '../../src/sample-hub/sample-hub.ts'
import { hubdex } from '../support/processes/hubdex.ts'
import type { TestDatabase } from '../support/servers/databases.ts'
import { createTestDatabase, describePostgres } from '../support/servers/postgres.ts'

describePostgres('a read-only Postgres', () => {
  let database: TestDatabase
  let readOnly: Record<string, string>

  beforeAll(async () => {
    database = await createTestDatabase()
    const hub = await createSampleHub({ repos: 60, seed: 5, quota: 0 })
    expect(await hubdex(['crawl'], { DATABASE_URL: database.databaseUrl, HF_ENDPOINT: hub.url })).toMatchObject({ code: 0 })
    await hub.close()
    const url = new URL(database.databaseUrl)
    url.searchParams.set('options', '-c default_transaction_read_only=on')
    readOnly = { DATABASE_URL: url.href }
  })
  afterAll(() => database.drop())

  it.each([
    ['search', 'a', '--limit', '3'],
    ['sql', 'select count(*) from repos'],
    ['status'],
    ['schedule', '--list'],
    ['failures'],
  ])('serves hubdex %s', async (...commandLine) => {
    const { code, stderr } = await hubdex(commandLine, readOnly)
    expect(stderr).toBe('')
    expect(code).toBe(0)
  })

  it.each(['crawl', 'schedule', 'up', 'serve'])('is reported by hubdex %s, which does not start', async (name) => {
    const settings = { ...readOnly, HUBDEX_WEBHOOK_SECRET: 'a-secret-of-webhooks-for-the-test', HUBDEX_PORT: '0' }
    const { code, stderr } = await hubdex([name], settings)
    expect([code, stderr]).toEqual([1, expect.stringMatching(/read-only transaction\. .*DATABASE_URL/)])
  })

  it('with an old schema is reported with the missing migration and the command to run', async () => {
    const connection = await openConnection({ databaseUrl: database.databaseUrl })
    const name = '0010-storage'
    const { rows } = await connection.pool.query('delete from catalog.migrations where name = $1 returning *', [name])
    const { code, stderr } = await hubdex(['search', 'a'], readOnly)
    await connection.pool.query('insert into catalog.migrations (name, timestamp) values ($1, $2)', [name, rows[0].timestamp])
    await connection.close()
    expect(stderr).toContain('hubdex db migrate')
    expect(stderr).toContain(name)
    expect(code).toBe(1)
  })
})
