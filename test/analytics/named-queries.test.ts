import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findNamedQuery, NAMED_QUERIES } from '../../src/analytics/queries/named-queries.ts'
import type { QueryValue } from '../../src/analytics/query-result.ts'
import { runQuery } from '../../src/analytics/sql-runner.ts'
import type { CatalogConnection } from '../../src/catalog/connection.ts'
import { anyCatalogTarget } from '../support/catalog/embedded.ts'
import { openFencedCatalog } from './fenced-catalog.ts'

test('names are unique and cannot be mistaken for SQL', () => {
  const names = NAMED_QUERIES.map((query) => query.name)
  expect(new Set(names).size).toBe(names.length)
  for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/)
})

test('an unknown name finds nothing', () => {
  expect(findNamedQuery('select 1')).toBeUndefined()
})

// Plain SQL, in which the two engines do not differ.
describe.each(anyCatalogTarget)('named queries ($engine)', ({ create }) => {
  let catalog: CatalogConnection

  beforeAll(async () => {
    catalog = await openFencedCatalog(create)
  })
  afterAll(() => catalog.close())

  async function run(name: string): Promise<readonly (readonly QueryValue[])[]> {
    const sql = findNamedQuery(name)?.sql ?? ''
    return (await runQuery(catalog.pool, sql, { timeoutMs: 10_000, maxRows: 100, maxBytes: 100_000 })).rows
  }

  const withoutParameters = NAMED_QUERIES.filter(({ parameters }) => parameters === undefined)
  test.each(withoutParameters)('$name: $title', async ({ name }) => {
    const rows = await run(name)
    if (name !== 'passes') expect(rows).not.toEqual([])
  })

  test('licenses are counted by kind', async () => {
    expect(await run('licenses')).toEqual([
      ['model', 'mit', 2, 500],
      ['dataset', 'cc-by-4.0', 1, 40],
      ['model', '(none)', 1, 9000],
      ['space', '(none)', 1, null],
    ])
  })

  test('authors are ordered by the downloads of all their repos', async () => {
    expect(await run('authors')).toEqual([
      ['bob', 1, 0, 0, 9000, 7],
      ['ann', 1, 1, 0, 540, 8],
      ['cat', 1, 0, 1, 0, 1],
    ])
  })

  test('repos are counted by the collections that hold them, in any letter case', async () => {
    expect(await run('collected')).toEqual([
      ['model', expect.stringMatching(/^ann\/small$/i), 2],
      ['dataset', 'ann/words', 1],
    ])
  })

  test('growth adds up month by month, latest first', async () => {
    expect(await run('growth')).toEqual([
      ['2024-02', 2, 1, 0, 5],
      ['2024-01', 1, 0, 0, 2],
      ['2023-12', 0, 0, 1, 1],
    ])
  })

  test('bases count each kind of derivation', async () => {
    expect(await run('bases')).toEqual([
      ['ann/small', 2, 1, 0, 0, 1],
      ['bob/large', 1, 0, 0, 0, 1],
      ['gone/base', 1, 0, 0, 1, 0],
    ])
    expect(await run('missing-bases')).toEqual([['gone/base', 1]])
  })

  test('a license that a derived model lost is shown', async () => {
    expect(await run('license-changes')).toEqual([['bob/large', null, 'finetune', 'ann/small', 'mit', 9000]])
  })
})
