import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type OpenDuckDb, openDuckDb } from '../../../src/analytics/duckdb/open-duckdb.ts'
import { runDuckDbQuery } from '../../../src/analytics/duckdb/run-duckdb-query.ts'
import { readManifest } from '../../../src/analytics/export/folder/folder-source.ts'
import { NAMED_QUERIES } from '../../../src/analytics/queries/named-queries.ts'
import { QueryRefused, QueryTimedOut } from '../../../src/analytics/query-errors.ts'
import { runQuery } from '../../../src/analytics/sql-runner.ts'
import { crawledHub } from '../../support/catalog/crawled-hub.ts'
import { createAnyTarget } from '../../support/catalog/embedded.ts'
import { hubdex } from '../../support/processes/hubdex.ts'

const LIMITS = { timeoutMs: 60_000, maxRows: 100_000, maxBytes: 100_000_000 }

describe('queries on DuckDB', () => {
  const { catalog, environment } = crawledHub(createAnyTarget, { repos: 120, seed: 11 })
  let parent: string
  let engine: OpenDuckDb

  beforeAll(async () => {
    parent = await mkdtemp(join(inject('scratchDirectory'), 'duckdb-'))
    const folder = join(parent, 'export')
    const { code, stderr } = await hubdex(['export', folder], environment)
    expect({ code, stderr }).toMatchObject({ code: 0 })
    await writeFile(join(parent, 'secret.csv'), 'secret\n1\n')
    engine = await openDuckDb(folder, await readManifest(folder), { memoryMb: 256, temporaryFolder: join(parent, 'temporary') })
  })
  afterAll(async () => {
    engine[Symbol.dispose]()
    await rm(parent, { recursive: true })
  })

  const run = (text: string, limits = LIMITS, signal = new AbortController().signal) =>
    runDuckDbQuery(engine, text, limits, signal)

  test.each(NAMED_QUERIES.filter(({ parameters }) => parameters === undefined))(
    '$name answers the same as on Postgres',
    async ({ sql }) => {
      const expected = await runQuery(catalog.connection.pool, sql, LIMITS)
      const found = await run(sql)
      expect(found.columns).toEqual(expected.columns)
      expect(found.rows).toEqual(expected.rows)
    },
  )

  test.each([
    `select * from read_text('/etc/passwd')`,
    `select * from read_csv('SECRET')`,
    `select * from 'SECRET'`,
    `select * from glob('/etc/*')`,
    `select * from read_text('https://example.com/')`,
    `copy (select 1) to 'OUT'`,
    `copy models to 'OUT'`,
    `export database 'OUT'`,
    `attach 'OUT' as other`,
    `install httpfs`,
    `load httpfs`,
    `set enable_external_access = true`,
    `pragma enable_profiling`,
    `create table mine as select 1`,
    `insert into models select * from models`,
    `drop view models`,
    `select 1; select 2`,
    `call duckdb_settings()`,
    'not sql',
    '',
  ])('refuses %s', async (text) => {
    const query = text.replaceAll('SECRET', join(parent, 'secret.csv')).replaceAll('OUT', join(parent, 'export', 'out'))
    await expect(run(query)).rejects.toThrow(QueryRefused)
  })

  test('an unknown table is answered with the names of those there are', async () => {
    await expect(run('select * from modles')).rejects.toThrow(/Queries may read .*models/)
  })

  test('a query that runs too long is stopped, and the next one runs', async () => {
    const slow = 'select count(*) from range(1000000) a, range(1000000) b'
    await expect(run(slow, { ...LIMITS, timeoutMs: 50 })).rejects.toThrow(QueryTimedOut)
    expect((await run('select 1 as one')).rows).toEqual([[1]])
  })

  test('a query is stopped by its signal', async () => {
    const controller = new AbortController()
    const running = run('select count(*) from range(1000000) a, range(1000000) b', LIMITS, controller.signal)
    controller.abort(new Error('stopped'))
    await expect(running).rejects.toThrow('stopped')
  })

  test('rows beyond a limit are left out, and the result says so', async () => {
    expect(await run('select * from range(10000)', { ...LIMITS, maxRows: 5 })).toMatchObject({ truncatedBy: 'rows' })
    const wide = await run(`select repeat('x', 1000) from range(10000)`, { ...LIMITS, maxBytes: 10_000 })
    expect(wide.truncatedBy).toBe('bytes')
    expect(wide.rows).toHaveLength(9)
  })

  test('a query that needs more memory than it may have is refused', async () => {
    const hungry = `select list(repeat('x', 1000000)) from range(1000)`
    await expect(run(hungry)).rejects.toThrow(/HUBDEX_DUCKDB_MEMORY_MB/)
  })

  test('values are exact and have the types that Postgres gives them', async () => {
    const { rows } = await run(
      `select 9223372036854775807, 1.50::decimal(10, 2), 'nan'::double, true, null, [1, 2], {'a': 1}, date '2024-02-29',
         timestamptz '2024-02-29 12:00:00.5Z', timestamp '2024-02-29 12:00:00', '{"a":[1]}'::json, map {'k': 1},
         ['{"a":[1]}'::json], {'a': '[1]'::json}`,
    )
    expect(rows).toEqual([
      [9223372036854775807n, 1.5, 'NaN', true, null, [1, 2], { a: 1 }, '2024-02-29', '2024-02-29T12:00:00.5+00:00'].concat([
        '2024-02-29T12:00:00',
        { a: [1] },
        { k: 1 },
        [{ a: [1] }],
        { a: [1] },
      ] as never),
    ])
  })

  test('`hubdex sql --engine duckdb` exports the catalog once, and again when that is too old', async () => {
    const sql = (...flags: string[]) =>
      hubdex(['sql', 'select count(*) as models from models', '--engine', 'duckdb', '--json', ...flags], {
        ...environment,
        HUBDEX_DATA_DIR: join(parent, 'data'),
      })
    const first = await sql()
    expect({ code: first.code, stderr: first.stderr }).toMatchObject({ code: 0 })
    expect(JSON.parse(first.stdout)).toEqual([{ models: Number(await catalog.value('select count(*) from models')) }])
    const timeIn = ({ stderr }: { stderr: string }) => /was at (\S+);/.exec(stderr)?.[1]
    expect(timeIn(await sql())).toBe(timeIn(first))
    expect(timeIn(await sql('--max-export-age-secs', '0'))).not.toBe(timeIn(first))
  })
})
