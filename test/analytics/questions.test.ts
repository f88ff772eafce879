import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { openDuckDb } from '../../src/analytics/duckdb/open-duckdb.ts'
import { runDuckDbQuery } from '../../src/analytics/duckdb/run-duckdb-query.ts'
import { exportToFolder } from '../../src/analytics/export/folder/export-to-folder.ts'
import { bindParameters, InvalidParameter } from '../../src/analytics/queries/bind-parameters.ts'
import { findNamedQuery } from '../../src/analytics/queries/named-queries.ts'
import type { QueryResult } from '../../src/analytics/query-result.ts'
import { runQuery } from '../../src/analytics/sql-runner.ts'
import type { CatalogConnection } from '../../src/catalog/connection.ts'
import { anyCatalogTarget } from '../support/catalog/embedded.ts'
import { openFencedCatalog } from './fenced-catalog.ts'

const LIMITS = { timeoutMs: 60_000, maxRows: 10_000, maxBytes: 10_000_000 }
const NOW = new Date('2026-06-30T12:00:00Z')

/**
 * A chain of 100 derived models (chain/0 from nothing, chain/n from chain/n-1), a circle of two, merges of merges with
 * 2^20 paths, and families with licenses of each kind.
 */
const MODELS = `
  with listed (id, license, bases, relations) as (
    select 'chain/' || n, case when n = 0 then 'llama3' end,
      case when n = 0 then '{}'::text[] else array['chain/' || (n - 1)] end,
      case when n = 0 then '{}'::text[] else array['finetune'] end
    from generate_series(0, 100) as n
    union all values
      ('round/a', null, array['round/b'], array['merge']),
      ('round/b', null, array['round/a'], array['merge']),
      ('mesh/0a', 'mit', '{}'::text[], '{}'::text[]), ('mesh/0b', 'mit', '{}', '{}'),
      ('base/strict', 'cc-by-nc-4.0', '{}', '{}'),
      ('base/free', 'apache-2.0', '{}', '{}'),
      ('kept/strict', 'cc-by-nc-4.0', '{base/strict}', '{finetune}'),
      ('broke/strict', 'mit', '{base/strict}', '{quantized}'),
      ('from/free', 'mit', '{base/free}', '{quantized}'),
      ('grand/child', 'apache-2.0', '{from/free,kept/strict}', '{merge,merge}'),
      ('of/gone', null, '{gone/base}', '{adapter}'),
      ('of/former', null, '{old/name}', '{adapter}')
    union all
    select 'mesh/' || n || side, null, array['mesh/' || (n - 1) || 'a', 'mesh/' || (n - 1) || 'b'], array['merge', 'merge']
    from generate_series(1, 20) as n, unnest(array['a', 'b']) as side
  ), numbered as (
    select *, 'm' || row_number() over (order by id) as hub_id from listed
  ), kept as (
    insert into catalog.repos
      (hub_id, kind, id, author, created_at, license, base_models, base_relations, content_hash)
    select hub_id, 'model', id, split_part(id, '/', 1), timestamptz '2026-01-01Z', license, bases, relations, md5(id)::uuid
    from numbered
  ), aliases as (
    insert into catalog.repo_aliases (kind, alias, hub_id, known_since)
    select 'model', 'old/name', hub_id, now() from numbered where id = 'base/strict'
  ), history as (
    insert into catalog.repo_history (hub_id, month, days, downloads, likes, trending_score)
    select hub_id, date '2026-03-01', days, downloads, array[1, 1, 1], array[0, 0, 0]
    from numbered join (values
      ('kept/strict', array[1, 5, 12], array[2, 4, 8]),
      ('broke/strict', array[11, 12, 13], array[7, 8, 9])
    ) as known (id, days, downloads) using (id)
  )
  insert into catalog.repo_counters (hub_id, likes, downloads) select hub_id, 1, 10 from numbered`

describe.each(anyCatalogTarget)('questions ($engine)', ({ create }) => {
  let catalog: CatalogConnection
  let folder: string
  let onDuckDb: (text: string) => Promise<QueryResult>
  const closing: (() => void)[] = []

  beforeAll(async () => {
    catalog = await openFencedCatalog(create)
    await sql.raw(MODELS).execute(catalog.db)
    folder = await mkdtemp(join(inject('scratchDirectory'), 'questions-'))
    const manifest = await exportToFolder(catalog.pool, folder, {
      format: 'parquet',
      tables: undefined,
      since: undefined,
      signal: new AbortController().signal,
      onRows: () => undefined,
    })
    const engine = await openDuckDb(folder, manifest, { memoryMb: 512, temporaryFolder: join(folder, 'temporary') })
    closing.push(() => engine[Symbol.dispose]())
    onDuckDb = (text) => runDuckDbQuery(engine, text, LIMITS, new AbortController().signal)
  })
  afterAll(async () => {
    for (const close of closing) close()
    await catalog.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** The rows of a query, which must be the same on both engines. */
  async function ask(name: string, values: Record<string, string[]> = {}): Promise<Record<string, unknown>[]> {
    const query = findNamedQuery(name)
    if (query === undefined) throw new Error(name)
    const text = bindParameters(query, new Map(Object.entries(values)), NOW)
    const onPostgres = await runQuery(catalog.pool, text, LIMITS)
    expect((await onDuckDb(text)).rows).toEqual(onPostgres.rows)
    return onPostgres.rows.map((row) => Object.fromEntries(onPostgres.columns.map((column, index) => [column, row[index]])))
  }

  const audit = async (...list: string[]) =>
    (await ask('license-audit', { list })).map(({ asked, verdict, base_license, why }) => [asked, verdict, base_license, why])

  test('a license audit says of each model whether its license is declared, inherited, conflicting, missing or unknown', async () => {
    expect(
      await audit('base/free', 'from/free', 'kept/strict', 'broke/strict', 'grand/child', 'of/gone', 'no/such', 'old/name'),
    ).toEqual([
      ['base/free', 'declared', null, null],
      ['from/free', 'declared', null, null],
      ['kept/strict', 'declared', null, null],
      ['broke/strict', 'conflicting', 'cc-by-nc-4.0', 'broke/strict < base/strict'],
      ['grand/child', 'conflicting', 'cc-by-nc-4.0', 'grand/child < kept/strict'],
      ['of/gone', 'missing', null, null],
      ['no/such', 'unknown', null, null],
      ['old/name', 'declared', null, null],
    ])
  })

  test('a license audit finds current and former names in any letter case, and says the current one', async () => {
    const rows = await ask('license-audit', { list: ['BASE/Free', 'Old/NAME'] })
    const [{ id: current }] = (await ask('license-audit', { list: ['old/name'] })) as [{ id: string }]
    expect(rows.map(({ asked, id }) => [asked, id])).toEqual([
      ['BASE/Free', 'base/free'],
      ['Old/NAME', current],
    ])
  })

  test('a license audit follows former names, and says which bases the catalog does not know', async () => {
    expect(await audit('of/former')).toEqual([['of/former', 'inherited', 'cc-by-nc-4.0', 'of/former < base/strict']])
    expect(await ask('license-audit', { list: ['of/gone'] })).toMatchObject([{ ancestors: 1, unknown_ancestors: 1 }])
  })

  test('a license audit of a chain of 100 finds the license at its root', async () => {
    const [row] = await ask('license-audit', { list: ['chain/100'] })
    expect(row).toMatchObject({ verdict: 'inherited', base_license: 'llama3', ancestors: 100 })
    expect(String(row?.['why']).split(' < ')).toHaveLength(101)
  })

  test('a license audit ends in circles, and counts each ancestor of merges of merges once', async () => {
    expect(await audit('round/a')).toEqual([['round/a', 'missing', null, null]])
    expect(await ask('license-audit', { list: ['mesh/20a'] })).toMatchObject([{ verdict: 'inherited', ancestors: 40 }])
  })

  test('dependents are found at any distance', async () => {
    const rows = await ask('dependents', { id: ['base/free'] })
    expect(rows.map(({ id, steps }) => [id, steps])).toEqual([
      ['from/free', 1],
      ['grand/child', 2],
    ])
    expect(await ask('dependents', { id: ['chain/0'] })).toHaveLength(100)
    expect(await ask('dependents', { id: ['round/a'] })).toHaveLength(1)
  })

  test('what disappeared comes with what depended on it', async () => {
    await sql
      .raw(`update catalog.repos set removed_at = now(), removed_cause = 'deleted' where id = 'base/free'`)
      .execute(catalog.db)
    const query = bindParameters(findNamedQuery('disappeared') as never, new Map(), new Date())
    const { rows, columns } = await runQuery(catalog.pool, query, LIMITS)
    await sql.raw(`update catalog.repos set removed_at = null, removed_cause = null where id = 'base/free'`).execute(catalog.db)
    expect(rows.map((row) => [row[columns.indexOf('id')], row[columns.indexOf('derived_models')]])).toEqual([['base/free', 1]])
  })

  test('families are counted by relation', async () => {
    expect(await ask('families', { limit: ['100'] })).toContainEqual(
      expect.objectContaining({ base: 'base/strict', members: 2, quantized: 1, finetunes: 1, authors: 2, downloads: 30 }),
    )
  })

  test('models like one share its base and have an allowed license', async () => {
    const rows = await ask('models-like', { id: ['from/free'] })
    expect(rows.map(({ id, same_base }) => [id, same_base])).toEqual([
      ['base/free', true],
      ['grand/child', true],
    ])
  })

  test('a model that derives from a base in two ways counts once in its family', async () => {
    const update = (relations: string) =>
      sql.raw(`update catalog.repos set base_models = '{base/free,base/free}', base_relations = '${relations}'
        where id = 'from/free'`)
    await update('{quantized,finetune}').execute(catalog.db)
    const { rows } = await runQuery(catalog.pool, bindParameters(findNamedQuery('families') as never, new Map(), NOW), LIMITS)
    expect(rows.find(([base]) => base === 'base/free')).toEqual(['base/free', 'apache-2.0', 1, 1, 1, 0, 0, 1, 20])
    await sql
      .raw(`update catalog.repos set base_models = '{base/free}', base_relations = '{quantized}' where id = 'from/free'`)
      .execute(catalog.db)
  })

  test('downloads gained since a day are counted from the last day before it that has a counter', async () => {
    expect(await ask('authors-rising', { since: ['2026-03-10'] })).toEqual([
      { author: 'kept', repos: 1, downloads_before: 4, downloads_now: 10, gained: 6 },
      { author: 'broke', repos: 1, downloads_before: 7, downloads_now: 10, gained: 3 },
    ])
  })

  test.each([
    ['growth-by-task', {}],
    ['growth-by-library', {}],
    ['changes', {}],
    ['authors-rising', {}],
    ['stale-but-popular', {}],
    ['as-of', { day: ['2026-02-01'] }],
    ['datasets-with', { columns: ['question', 'answer'] }],
  ])('%s answers the same on both engines', async (name, values) => {
    await expect(ask(name, values)).resolves.toBeDefined()
  })

  test('a catalog as of a day has the repos of that day only', async () => {
    const ids = (await ask('as-of', { day: ['2024-02-05'], limit: ['10000'] })).map(({ id }) => id)
    expect(ids.sort()).toEqual(['ann/small', 'bob/large', 'cat/demo'])
  })
})

describe('parameters', () => {
  const bind = (name: string, values: Record<string, string[]>) =>
    bindParameters(findNamedQuery(name) as never, new Map(Object.entries(values)), NOW)

  test('are written as literals that cannot end', () => {
    expect(bind('dependents', { id: [`a'; drop table x --`] })).toContain(`'a''; drop table x --'`)
    expect(bind('license-audit', { list: ['a', '$1', `{{list}}`] })).toContain(`values (1, 'a'), (2, '$1'), (3, '{{list}}')`)
  })

  test('take an age in days for a day', () => {
    expect(bind('changes', { since: ['30d'] })).toContain(`date '2026-05-31'`)
  })

  test.each([
    ['changes', { since: ['2026-02-30'] }],
    ['changes', { since: [`2026-01-01' or true --`] }],
    ['families', { limit: ['ten'] }],
    ['dependents', { id: ['nul\0'] }],
    ['dependents', {}],
    ['dependents', { id: ['a', 'b'] }],
    ['dependents', { name: ['a'] }],
    ['license-audit', { list: [] }],
    ['tasks', { since: ['30d'] }],
  ])('of %s are refused if they are %j', (name, values) => {
    expect(() => bind(name, values as Record<string, string[]>)).toThrow(InvalidParameter)
  })
})
