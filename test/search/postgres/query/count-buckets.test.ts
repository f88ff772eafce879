import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DocumentSet } from '../../../../src/search/postgres/bitmap/document-set.ts'
import { PostgresSearchEngine } from '../../../../src/search/postgres/engine.ts'
import { countBuckets } from '../../../../src/search/postgres/query/number-ranges.ts'
import { openTestCatalog, type TestCatalog } from '../../../support/catalog/catalog.ts'
import { searchDocument } from '../../search-document.ts'

const DOCUMENTS = 300

describe('counts by bucket', () => {
  let catalog: TestCatalog
  let all: DocumentSet
  beforeAll(async () => {
    catalog = await openTestCatalog()
    const upserts = Array.from({ length: DOCUMENTS }, (_, index) =>
      searchDocument({
        id: `own/model-${index}`,
        hubId: `hub-id-${index}`,
        likes: index % 3 === 0 ? 5_000 : 0,
        ...(index % 2 === 0 && { parameters: 7_000_000_000 }),
      }),
    )
    await new PostgresSearchEngine(catalog.connection).apply({ upserts })
    const rows = await catalog.rows('select ordinal from search.document')
    all = DocumentSet.of(
      rows.map(({ ordinal }) => Number(ordinal)),
      1,
    )
  })
  afterAll(() => catalog[Symbol.asyncDispose]())

  const sums = ({ histograms }: Awaited<ReturnType<typeof countBuckets>>) =>
    Object.fromEntries(
      Object.entries(histograms).map(([field, buckets]) => [field, buckets.reduce((sum, { count }) => sum + count, 0)]),
    )

  it('are exact for few documents', async () => {
    const counted = await countBuckets(catalog.db, ['likes', 'parameters'], all)
    expect(sums(counted)).toEqual({ likes: DOCUMENTS, parameters: DOCUMENTS / 2 })
    expect(counted.sample).toBeUndefined()
    expect(counted.histograms.likes?.find(({ from }) => from !== null && from > 1_000)?.count ?? 0).toBeLessThanOrEqual(100)
  })

  it('are estimates from a sample for many, and say so', async () => {
    const counted = await countBuckets(catalog.db, ['likes', 'parameters'], all, 100)
    expect(counted.sample).toBe(100)
    expect(sums(counted)).toEqual({ likes: DOCUMENTS, parameters: expect.closeTo(DOCUMENTS / 2, -1.5) })
  })

  it('are zero for no documents', async () => {
    expect(sums(await countBuckets(catalog.db, ['created', 'downloads'], DocumentSet.empty(1)))).toEqual({
      created: 0,
      downloads: 0,
    })
  })
})
