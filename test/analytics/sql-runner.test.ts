import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { QueryRefused } from '../../src/analytics/query-errors.ts'
import { type QueryLimits, querySnapshot, runQuery } from '../../src/analytics/sql-runner.ts'
import { createStopper } from '../../src/analytics/stopper.ts'
import type { CatalogConnection } from '../../src/catalog/connection.ts'
import { requestCancel } from '../../src/catalog/postgres/cancel-request.ts'
import { catalogTargets } from '../support/catalog/embedded.ts'
import { openFencedCatalog } from './fenced-catalog.ts'

describe.each(catalogTargets)('runQuery ($engine)', ({ engine, create }) => {
  let catalog: CatalogConnection

  beforeAll(async () => {
    catalog = await openFencedCatalog(create)
  })
  afterAll(() => catalog.close())

  function run(text: string, limits: Partial<QueryLimits> = {}, options: { signal?: AbortSignal } = {}) {
    const defaults = { timeoutMs: 10_000, maxRows: 1000, maxBytes: 1_000_000 }
    return runQuery(catalog.pool, text, { ...defaults, ...limits }, options)
  }

  async function refusalOf(text: string): Promise<QueryRefused> {
    const error = await run(text).catch((error: unknown) => error)
    if (error instanceof QueryRefused) return error
    throw new Error(`Expected a refusal of ${text}`, { cause: error })
  }

  test('returns columns and rows in their order', async () => {
    expect(await run('select id, likes from models order by likes')).toEqual({
      columns: ['id', 'likes'],
      rows: [
        ['cat/tiny', 0],
        ['ann/small', 5],
        ['bob/large', 7],
      ],
      truncatedBy: undefined,
    })
  })

  test('runs WITH, VALUES and TABLE, with a semicolon and comments', async () => {
    expect((await run('with x as (select 1 as a) select * from x; -- done')).rows).toEqual([[1]])
    expect((await run("values (1, 'a'), (2, 'b');")).rows).toEqual([
      [1, 'a'],
      [2, 'b'],
    ])
    expect((await run('/* all */ table passes')).rows).toEqual([])
  })

  test('an empty result has its columns', async () => {
    expect(await run('select id, likes from models where false')).toMatchObject({ columns: ['id', 'likes'], rows: [] })
  })

  test('columns of the same name get unique names', async () => {
    expect(await run('select 1 as a, 2 as a, 3 as a_2, 4 as a')).toMatchObject({
      columns: ['a', 'a_3', 'a_2', 'a_4'],
      rows: [[1, 2, 3, 4]],
    })
  })

  test('a row may have no columns', async () => {
    expect(await run('select from models')).toMatchObject({ columns: [], rows: [[], [], []] })
  })

  test('values of every type are returned as JSON, large numbers with all digits', async () => {
    const { rows } = await run(`select 9007199254740993, -9223372036854775808, 1.50, 'NaN'::float8, true, null,
      array[1, 2], '{"a": [12345678901234567890]}'::jsonb, date '2024-02-03', 'a"\\b'`)
    expect(rows).toEqual([
      [
        9007199254740993n,
        -9223372036854775808n,
        1.5,
        'NaN',
        true,
        null,
        [1, 2],
        { a: [12345678901234567890n] },
        '2024-02-03',
        'a"\\b',
      ],
    ])
  })

  test('fractions are exact, and times have microseconds', async () => {
    const { rows } = await run(`select avg(n), 12345678901234567890.125, 0.1::float8 + 0.2, '-Infinity'::numeric,
      array[1e-30::numeric], '{"a":[0.12345678901234567890]}'::jsonb, timestamp '2024-02-03 04:05:06.000001'
      from (values (1), (1), (2)) as given (n)`)
    expect(JSON.stringify(rows[0])).toBe(
      '[1.3333333333333333,12345678901234567890.125,0.30000000000000004,"-Infinity",[1e-30],' +
        '{"a":[0.12345678901234567890]},"2024-02-03T04:05:06.000001"]',
    )
  })

  test.each([
    ['a deep value', "select (repeat('[', 5000) || repeat(']', 5000))::json"],
    ['a value deeper than the database takes', "select (repeat('[', 200000) || repeat(']', 200000))::jsonb"],
    ['a deep expression', `select 1${'+1'.repeat(100_000)}`],
    ['a value that is larger than a text may be', "select repeat(repeat('x', 1000000), 2000)"],
    ['a text of two megabytes', `select '${'x'.repeat(2_000_000)}'`],
    ['what Postgres calls an internal error', "select (repeat('!', 9000) || 'a')::tsquery"],
    ['more columns than there may be', `select ${Array.from({ length: 1665 }, () => '1').join(',')}`],
  ])('%s is refused as a bad query, and the next one runs', async (_, text) => {
    expect((await refusalOf(text)).message).toMatch(/[.`)]$/)
    expect(await run('select 1')).toMatchObject({ rows: [[1]] })
  })

  test('rows beyond the limit are left out, and the result says so', async () => {
    const whole = await run('select * from generate_series(1, 3) as n', { maxRows: 3 })
    expect(whole.truncatedBy).toBeUndefined()
    const { rows, truncatedBy } = await run('select n from generate_series(1, 4) as n', { maxRows: 3 })
    expect({ rows, truncatedBy }).toEqual({ rows: [[1], [2], [3]], truncatedBy: 'rows' })
  })

  test('an endless query stops at the limit', async () => {
    const text = 'with recursive t as (select 1 as n union all select n + 1 from t) select * from t'
    expect(await run(text, { maxRows: 2 })).toMatchObject({ rows: [[1], [2]], truncatedBy: 'rows' })
  })

  test('rows beyond the size limit are left out, and the result says so', async () => {
    const text = "select repeat('x', 400) from generate_series(1, 10)"
    const { rows, truncatedBy } = await run(text, { maxBytes: 1000 })
    expect({ count: rows.length, truncatedBy }).toEqual({ count: 2, truncatedBy: 'bytes' })
    const none = await run("select repeat('x', 10000000)", { maxBytes: 1000 })
    expect(none).toMatchObject({ rows: [], truncatedBy: 'bytes' })
  })

  test('an error reports its place in the text', async () => {
    const refusal = await refusalOf("select '😀',\n  nonsense\nfrom models")
    expect(refusal.position).toEqual({ line: 2, column: 3 })
    expect(refusal.message).toBe('The database refused the query: column "nonsense" does not exist (line 2, column 3).')
  })

  test('an unknown table is refused with a list of those that exist', async () => {
    expect((await refusalOf('select * from model')).message).toContain(
      'Queries may read cards, collection_items, collections, dataset_columns, datasets, failures, lineage, models,',
    )
  })

  test('a statement other than SELECT is named', async () => {
    expect((await refusalOf('drop table models')).message).toBe(
      'Only a single SELECT, WITH, VALUES or TABLE may be run, not DROP TABLE.',
    )
  })

  test.each([
    ['select 1; select 2', 'several statements or none'],
    ['-- nothing', 'several statements or none'],
    ['delete from models', 'DELETE'],
    ['insert into models (id) values (1)', 'INSERT'],
  ])('%j is refused without advice on how to allow it', async (text, found) => {
    const { message } = await refusalOf(text)
    expect(message).toBe(`Only a single SELECT, WITH, VALUES or TABLE may be run, not ${found}.`)
  })

  test('a text of any size gets a result or an error', async () => {
    expect((await refusalOf(`select ${'('.repeat(100_000)}`)).message).toBeTruthy()
    expect(await run(`select '${'x'.repeat(100_000)}' as x`)).toMatchObject({ columns: ['x'] })
  })

  test('an aborted query is stopped', async () => {
    const controller = new AbortController()
    const reason = new Error('Ctrl-C')
    const stopped = run('select pg_sleep(60)', { timeoutMs: 60_000 }, { signal: controller.signal })
    // It must end wherever it is by then, in the pool's queue or in the server.
    setTimeout(() => controller.abort(reason), 100)
    await expect(stopped).rejects.toBe(reason)
    expect(await run('select 1')).toMatchObject({ rows: [[1]] })
    await expect(run('select 1', {}, { signal: controller.signal })).rejects.toBe(reason)
  })

  test('a query that begins after the server has received the cancel request is stopped', async () => {
    const controller = new AbortController()
    const client = await catalog.pool.connect()
    const stopper = createStopper(catalog.pool, client, controller.signal)
    try {
      controller.abort()
      await requestCancel(catalog.pool, client)
      await expect(Promise.race([client.query('select pg_sleep(60)'), stopper.abandoned])).rejects.toMatchObject({
        code: '57014',
      })
    } finally {
      stopper.disarm()
      client.release(true)
    }
  })

  // The embedded engine does nothing else during a snapshot.
  test.skipIf(engine === 'embedded')('queries of a snapshot see the catalog at one instant', async () => {
    const limits = { timeoutMs: 10_000, maxRows: 10, maxBytes: 1000 }
    const counting = 'select count(*) from tags'
    const other = new pg.Client({ connectionString: catalog.pool.options.connectionString })
    await other.connect()
    const seen = await querySnapshot(catalog.pool, limits, async (query) => {
      const before = await query(counting)
      await other.query(`insert into catalog.tags (kind, type, id, label) values ('model', 'new', 'new', 'new')`)
      return [before.rows, (await query(counting)).rows]
    })
    await other.end()
    expect(seen).toEqual([[[0]], [[0]]])
    expect((await run(counting)).rows).toEqual([[1]])
  })

  test('a query that is aborted while it waits for a connection never runs', async () => {
    const controller = new AbortController()
    const occupant = await catalog.pool.connect()
    const waiting = run('select 1', {}, { signal: controller.signal })
    controller.abort(new Error('Ctrl-C'))
    occupant.release()
    await expect(waiting).rejects.toThrow('Ctrl-C')
    expect(await run('select 2')).toMatchObject({ rows: [[2]] })
  })
})
