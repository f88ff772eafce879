import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type CatalogConnection, openConnection } from '../../src/catalog/connection.ts'
import { migrate } from '../../src/catalog/migrate.ts'
import { SHORT_NAMES } from '../../src/search/meilisearch/encoding/synonyms.ts'
import { MeilisearchEngine } from '../../src/search/meilisearch/engine.ts'
import { PostgresSearchEngine } from '../../src/search/postgres/engine.ts'
import type { SearchDocument } from '../../src/search/search-document.ts'
import type { SearchEngine, SearchQuery } from '../../src/search/search-engine.ts'
import { FILTER_FIELDS, type FilterField, SEARCH_SORTS, valuesOf } from '../../src/search/search-fields.ts'
import { documentWordsOf } from '../../src/search/text/document-words.ts'
import { wordsOf } from '../../src/search/text/words.ts'
import { anyCatalogTarget } from '../support/catalog/embedded.ts'
import { realDocuments } from '../support/catalog/real-documents.ts'
import { sharedData } from '../support/shared-data.ts'

const folder = sharedData()
const url = inject('meiliUrl')

/** Of all real documents, this part: the engines take half a minute for all. */
const STEP = 8
const BATCH = 2_000

describe.skipIf(folder === undefined || url === undefined)('the two engines over real Hub metadata', () => {
  const documents = folder === undefined ? [] : realDocuments(folder, STEP)
  let connection: CatalogConnection
  let postgres: SearchEngine
  let meilisearch: SearchEngine
  let remove: (() => Promise<void>) | undefined

  beforeAll(async () => {
    const [kind] = anyCatalogTarget
    if (kind === undefined) throw new Error('There is no catalog to test with.')
    const made = await kind.create()
    remove = made.remove
    connection = await openConnection(made.target)
    await migrate(connection.db)
    postgres = new PostgresSearchEngine(connection.db)
    meilisearch = new MeilisearchEngine({ url: url ?? '', apiKey: inject('meiliKey'), index: 'differential' })
    await Promise.all([fill(postgres), fill(meilisearch)])
  })
  afterAll(async () => {
    await meilisearch?.clear()
    await connection?.close()
    await remove?.()
  })

  async function fill(engine: SearchEngine): Promise<void> {
    await engine.prepare()
    await engine.clear()
    for (let start = 0; start < documents.length; start += BATCH) {
      await engine.apply({ upserts: documents.slice(start, start + BATCH) })
    }
  }

  /** Without the data there are no documents, and all of this is skipped. */
  const last = Math.max(0, documents.length - 1)

  /** Words that occur, some cut short, and some that do not. */
  const words = fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: last }).chain((index) => wordOf(index)) },
    { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 4 }) },
  )
  const filters = fc.dictionary(
    fc.constantFrom(...FILTER_FIELDS),
    fc.array(
      fc.integer({ min: 0, max: last }).map((index) => index),
      { minLength: 1, maxLength: 3 },
    ),
    { maxKeys: 2 },
  )

  function wordOf(index: number): fc.Arbitrary<string> {
    const document = documents[index]
    const all = document === undefined ? [] : Object.values(documentWordsOf(document)).flat()
    return all.length === 0 ? fc.constant('x') : fc.constantFrom(...all)
  }

  /** Filters by values that documents have. */
  function filtersOf(chosen: Record<string, number[]>): SearchQuery['filters'] {
    const entries = Object.entries(chosen).map(([field, indexes]) => [
      field,
      indexes.flatMap((index) => valuesOf[field as FilterField](documents[index] as SearchDocument).slice(0, 2)),
    ])
    return Object.fromEntries(entries)
  }

  /** Words without a synonym, which only Meilisearch knows, see docs/search.md. */
  const plain = words.filter((word) => !wordsOf(word).some((part) => part in SHORT_NAMES))
  const query = fc
    .record({
      words: fc.array(plain, { maxLength: 3 }),
      /** Of four letters at most, so that it is found as a beginning and not with a typo, see docs/search.md. */
      last: fc.option(
        words
          .map((word) => [...word].slice(0, 4).join(''))
          .filter((word) => wordsOf(word).length > 0 && !(word in SHORT_NAMES)),
      ),
      chosen: filters,
      facets: fc.uniqueArray(fc.constantFrom(...FILTER_FIELDS), { maxLength: 5 }),
    })
    .map(
      ({ words: given, last, chosen, facets }): SearchQuery => ({
        words: last === null ? '' : [...given, last].join(' '),
        filters: filtersOf(chosen) ?? {},
        facets,
        limit: 1_000,
      }),
    )

  it('find the same set, and count the same', async () => {
    await fc.assert(
      fc.asyncProperty(query, async (asked) => {
        const [one, other] = await Promise.all([postgres.search(asked), meilisearch.search(asked)])
        expect({ total: other.total, facets: other.facets, hits: idsOf(other.hits, other.total) }).toEqual({
          total: one.total,
          facets: one.facets,
          hits: idsOf(one.hits, one.total),
        })
      }),
      { numRuns: 150 },
    )
  })

  it('put hits in the same order where one is asked for', async () => {
    const sorts = SEARCH_SORTS.filter((sort) => sort !== 'relevance')
    await fc.assert(
      fc.asyncProperty(query, fc.constantFrom(...sorts), fc.nat(300), async (asked, sort, offset) => {
        const page = { ...asked, sort, offset, limit: 30 }
        const [one, other] = await Promise.all([postgres.search(page), meilisearch.search(page)])
        expect(other.hits).toEqual(one.hits)
      }),
      { numRuns: 50 },
    )
  })

  it('find in Meilisearch at least what Postgres does, where the last word may be a beginning with a typo', async () => {
    await fc.assert(
      fc.asyncProperty(words, async (word) => {
        const asked = { words: word, limit: 1_000 }
        const [one, other] = await Promise.all([postgres.search(asked), meilisearch.search(asked)])
        expect(other.total).toBeGreaterThanOrEqual(one.total)
        if (other.total > 1_000) return
        const found = new Set(other.hits.map((hit) => hit.hubId))
        expect(one.hits.filter((hit) => !found.has(hit.hubId))).toEqual([])
      }),
      { numRuns: 50 },
    )
  })
})

/** The set, where a page holds all of it. */
function idsOf(hits: readonly SearchDocument[], total: number): string[] | undefined {
  return total > 1_000 ? undefined : hits.map((hit) => hit.hubId).sort()
}
