import { afterEach, beforeAll, expect, it } from 'vitest'
import { openConnection } from '../../../src/catalog/connection.ts'
import { createSampleHub } from '../../../src/sample-hub/sample-hub.ts'
import { hubdex } from '../../support/processes/hubdex.ts'
import { execute, type TestDatabase } from '../../support/servers/databases.ts'
import { createTestDatabase, describePostgres } from '../../support/servers/postgres.ts'

/** Defaults that a database may have for other programs, each of which would change the meaning of statements. */
const SETTINGS = [
  ...["search_path = ''", "timezone = 'Asia/Kolkata'", "datestyle = 'SQL, DMY'", "intervalstyle = 'sql_standard'"],
  ...["bytea_output = 'escape'", 'extra_float_digits = -3', 'standard_conforming_strings = off', 'array_nulls = off'],
  ...['transform_null_equals = on', "default_transaction_isolation = 'serializable'", "client_encoding = 'LATIN1'"],
]

describePostgres('a Postgres database', () => {
  const created: TestDatabase[] = []
  let hasIcu: boolean

  beforeAll(async () => {
    hasIcu = (await createdWith(`encoding 'UTF8' locale_provider icu icu_locale 'en-US'`)) !== undefined
  })
  afterEach(async () => {
    for (const database of created.splice(0)) await database.drop()
  })

  /** @returns undefined if the server was built without support for the options */
  async function createdWith(options: string): Promise<TestDatabase | undefined> {
    try {
      const database = await createTestDatabase({ options })
      created.push(database)
      return database
    } catch (error) {
      if (error instanceof Error && /not supported|ICU/.test(error.message)) return undefined
      throw error
    }
  }

  it.each([
    [`encoding 'SQL_ASCII' locale 'C'`, / SQL_ASCII; UTF8 .*createdb --encoding=UTF8 .*template0/],
    [`encoding 'LATIN1' locale 'C'`, / LATIN1; UTF8 .*createdb --encoding=UTF8 .*template0/],
    [`encoding 'UTF8' locale_provider icu icu_locale 'tr-TR'`, /"ı".*createdb .*--locale=C/],
  ])('with %s is refused with advice when it is opened, and nothing is written', async (options, expected) => {
    const database = await createdWith(options)
    if (database === undefined) return
    const { code, stderr } = await hubdex(['crawl'], { DATABASE_URL: database.databaseUrl })
    expect(stderr).toMatch(expected)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(code).toBe(1)
    const schemas = `select count(*)::int as schemas from pg_namespace where nspname in ('catalog', 'search')`
    expect(await execute(database.databaseUrl, schemas)).toEqual([{ schemas: 0 }])
  })

  it('gives the same answers with any collation and settings', async () => {
    const hub = await createSampleHub({ repos: 300, seed: 8, quota: 0 })
    const questions = [
      ['search', '--facet', 'license,author,language', '--limit', '50'],
      ['search', 'llama chta', '--limit', '20'],
      ['sql', 'select id, created_at, last_modified::text, trending_score, tags from repos order by hub_id'],
      ['sql', `select day, downloads, likes from repo_history order by hub_id, day limit 50`],
    ]
    try {
      const answers = []
      for (const options of [`encoding 'UTF8' locale 'C.UTF-8'`, HOSTILE]) {
        const database = await createdWith(options === HOSTILE && !hasIcu ? `encoding 'UTF8' locale 'C'` : options)
        if (database === undefined) throw new Error(`The server cannot create a database with ${options}.`)
        const name = new URL(database.databaseUrl).pathname.slice(1)
        if (options === HOSTILE) {
          const alter = SETTINGS.map((setting) => `alter database ${name} set ${setting}`).join('; ')
          await execute(database.databaseUrl, alter)
        }
        const environment = { DATABASE_URL: database.databaseUrl, HF_ENDPOINT: hub.url }
        expect(await hubdex(['crawl', '--stages', 'none'], environment)).toMatchObject({ code: 0 })
        const given = await Promise.all(questions.map((question) => hubdex([...question, '--json'], environment)))
        answers.push(given.map(({ code, stdout, stderr }) => ({ code, stderr, stdout: stdout.replace(/"tookMs":.*/, '') })))
      }
      expect(answers[0]?.map(({ code }) => code)).toEqual(questions.map(() => 0))
      expect(answers[1]).toEqual(answers[0])
    } finally {
      await hub.close()
    }
  })

  it('ends no slow statement, and keeps its other settings', async () => {
    const database = await createdWith('')
    if (database === undefined) throw new Error('The server cannot create a database.')
    const name = new URL(database.databaseUrl).pathname.slice(1)
    const alter = ["work_mem = '17MB'", "statement_timeout = '30s'", "lock_timeout = '30s'"]
    await execute(database.databaseUrl, alter.map((setting) => `alter database ${name} set ${setting}`).join('; '))
    const connection = await openConnection({ databaseUrl: database.databaseUrl })
    const show = `select current_setting('work_mem') as memory, current_setting('statement_timeout') as statement,
      current_setting('lock_timeout') as lock`
    expect((await connection.pool.query(show)).rows).toEqual([{ memory: '17MB', statement: '0', lock: '0' }])
    await connection.close()
  })
})

const HOSTILE = `encoding 'UTF8' locale_provider icu icu_locale 'en-US'`
