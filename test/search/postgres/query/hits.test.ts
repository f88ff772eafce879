import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BLOCK_SIZE } from '../../../../src/search/postgres/bitmap/blocks.ts'
import { DocumentSet } from '../../../../src/search/postgres/bitmap/document-set.ts'
import { PostgresSearchEngine } from '../../../../src/search/postgres/engine.ts'
import { hitsOf } from '../../../../src/search/postgres/query/hits.ts'
import type { SearchDocument } from '../../../../src/search/search-document.ts'
import { openTestCatalog, type TestCatalog } from '../../../support/catalog/catalog.ts'
import { manyDocuments } from '../../many-documents.ts'

const COUNT = 1_500

describe('a page of hits', () => {
  let catalog: TestCatalog
  const byOrdinal: SearchDocument[] = []
  beforeAll(async () => {
    catalog = await openTestCatalog()
    const documents = new Map(manyDocuments(COUNT).map((document) => [document.hubId, document]))
    await new PostgresSearchEngine(catalog.connection).apply({ upserts: [...documents.values()] })
    for (const { ordinal, hub_id: hubId } of await catalog.rows('select ordinal, hub_id from search.document')) {
      byOrdinal[Number(ordinal)] = documents.get(String(hubId)) as SearchDocument
    }
  })
  afterAll(() => catalog[Symbol.asyncDispose]())

  /** Descending, without a value last, ties by hub id. */
  function sorted(tier: number[], field: 'likes' | 'parameters'): string[] {
    const amountOf = (document: SearchDocument) => document[field] ?? -1
    return tier
      .map((ordinal) => byOrdinal[ordinal] as SearchDocument)
      .sort((left, right) => amountOf(right) - amountOf(left) || (left.hubId < right.hubId ? -1 : 1))
      .map(({ hubId }) => hubId)
  }

  it('has tier after tier in the order of the sort, however deep it is and large the tiers are', async () => {
    const shares = fc.uniqueArray(fc.nat(COUNT), { minLength: 1, maxLength: 5 })
    const page = fc.record({ limit: fc.nat(50), offset: fc.nat(COUNT + 10) })
    const isAsSorted = async (
      ends: number[],
      field: 'likes' | 'parameters',
      { limit, offset }: { limit: number; offset: number },
    ) => {
      const bounds = ends.sort((left, right) => left - right)
      // Spread over the index.
      const ordinals = [...byOrdinal.keys()].sort((left, right) => ((left * 769) % COUNT) - ((right * 769) % COUNT))
      const tiers = bounds.map((end, index) => ordinals.slice(bounds[index - 1] ?? 0, end)).filter((tier) => tier.length > 0)
      const sets = tiers.map((tier) => DocumentSet.of(tier, Math.ceil(COUNT / BLOCK_SIZE)))
      const found = (await hitsOf(catalog.db, sets, field, { limit, offset })).map(({ hubId }) => hubId)
      expect(found).toEqual(tiers.flatMap((tier) => sorted(tier, field)).slice(offset, offset + limit))
    }
    await fc.assert(fc.asyncProperty(shares, fc.constantFrom('likes', 'parameters'), page, isAsSorted), { numRuns: 60 })
  })
})
