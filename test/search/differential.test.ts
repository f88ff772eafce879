import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { MeilisearchEngine } from '../../src/search/meilisearch/engine.ts'
import { PostgresSearchEngine } from '../../src/search/postgres/engine.ts'
import type { SearchDocument } from '../../src/search/search-document.ts'
import type { SearchEngine, SearchQuery, SearchResult } from '../../src/search/search-engine.ts'
import { FILTER_FIELDS, type FilterField, SEARCH_SORTS, valuesOf } from '../../src/search/search-fields.ts'
import { documentWordsOf } from '../../src/search/text/document-words.ts'
import { wordsOf } from '../../src/search/text/words.ts'
import { alternativesOf } from '../../src/search/vocabulary/alternatives.ts'
import { openTestCatalog, type TestCatalog } from '../support/catalog/catalog.ts'
import { realDocuments } from '../support/catalog/real-documents.ts'
import { sharedData } from '../support/shared-data.ts'

const folder = sharedData()
const url = inject('meiliUrl')

/** Every eighth of the real documents: the engines take half a minute for all. */
const STEP = 8
const BATCH = 2_000

describe.skipIf(folder === undefined || url === undefined)('the two engines over real Hub metadata', () => {
  const documents = folder === undefined ? [] : realDocuments(folder, STEP)
  let catalog: TestCatalog
  let postgres: SearchEngine
  let meilisearch: SearchEngine

  beforeAll(async () => {
    catalog = await openTestCatalog()
    postgres = new PostgresSearchEngine(catalog.connection)
    meilisearch = new MeilisearchEngine({ url: url ?? '', apiKey: inject('meiliKey'), index: 'differential' })
    await Promise.all([fill(postgres), fill(meilisearch)])
  })
  afterAll(async () => {
    await meilisearch?.clear()
    await catalog?.[Symbol.asyncDispose]()
  })

  async function fill(engine: SearchEngine): Promise<void> {
    await engine.prepare()
    await engine.clear()
    for (let start = 0; start < documents.length; start += BATCH) {
      await engine.apply({ upserts: documents.slice(start, start + BATCH) })
    }
  }

  /** Without the data there are no documents, and all tests are skipped. */
  const last = Math.max(0, documents.length - 1)

  /** Words of documents, and some arbitrary ones. */
  const words = fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: last }).chain((index) => wordOf(index)) },
    { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 4 }) },
  )
  const filters = fc.dictionary(
    fc.constantFrom(...FILTER_FIELDS),
    fc.array(fc.integer({ min: 0, max: last }), { minLength: 1, maxLength: 3 }),
    { maxKeys: 2 },
  )

  function wordOf(index: number): fc.Arbitrary<string> {
    const document = documents[index]
    const all = document === undefined ? [] : Object.values(documentWordsOf(document)).flat()
    return all.length === 0 ? fc.constant('x') : fc.constantFrom(...all)
  }

  /** Filters with values of documents. */
  function filtersOf(chosen: Record<string, number[]>): SearchQuery['filters'] {
    const entries = Object.entries(chosen).map(([field, indexes]) => [
      field,
      indexes.flatMap((index) => valuesOf[field as FilterField](documents[index] as SearchDocument).slice(0, 2)),
    ])
    return Object.fromEntries(entries)
  }

  /** Text that means nothing but its words: the engines differ in phrases, see docs/search.md. */
  const isPlain = (text: string) => alternativesOf(wordsOf(text)).length === 0
  const plain = words.filter(isPlain)
  const query = fc
    .record({
      words: fc.array(plain, { maxLength: 3 }),
      /** At most four letters: the engines differ in prefixes with a typo, see docs/search.md. */
      last: fc.option(
        words.map((word) => [...word].slice(0, 4).join('')).filter((word) => wordsOf(word).length > 0 && isPlain(word)),
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
    .filter((given) => isPlain(given.words ?? ''))

  it('find the same documents and count the same values', async () => {
    await fc.assert(
      fc.asyncProperty(query, async (given) => {
        const [one, other] = await Promise.all([postgres.search({ ...given, explain: true }), meilisearch.search(given)])
        fc.pre(isByWordsAlone(one))
        expect({ total: other.total, facets: other.facets, hits: idsOf(other.hits, other.total) }).toEqual({
          total: one.total,
          facets: one.facets,
          hits: idsOf(one.hits, one.total),
        })
      }),
      { numRuns: 150 },
    )
  })

  it('put hits in the same order for an explicit sort', async () => {
    const sorts = SEARCH_SORTS.filter((sort) => sort !== 'relevance')
    await fc.assert(
      fc.asyncProperty(query, fc.constantFrom(...sorts), fc.nat(300), async (given, sort, offset) => {
        const page = { ...given, sort, offset, limit: 30 }
        fc.pre(isByWordsAlone(await postgres.search({ ...given, explain: true })))
        const [one, other] = await Promise.all([postgres.search(page), meilisearch.search(page)])
        expect(other.hits).toEqual(one.hits)
      }),
      { numRuns: 50 },
    )
  })

  it('find in Meilisearch at least what Postgres finds, if the last word may be a prefix with a typo', async () => {
    await fc.assert(
      fc.asyncProperty(words, async (word) => {
        const given = { words: word, limit: 1_000, explain: true }
        const [one, other] = await Promise.all([postgres.search(given), meilisearch.search(given)])
        fc.pre(isByWordsAlone(one))
        expect(other.total).toBeGreaterThanOrEqual(one.total)
        if (other.total > 1_000) return
        const found = new Set(other.hits.map((hit) => hit.hubId))
        expect(one.hits.filter((hit) => !found.has(hit.hubId))).toEqual([])
      }),
      { numRuns: 50 },
    )
  })
})

/** Whether each hit has every word as it was typed: the engines differ in names and in queries without such hits. */
function isByWordsAlone({ total, isRelaxed, explanations = [] }: SearchResult): boolean {
  const isAsTyped = (kind: string | undefined) => kind === 'word' || kind === 'prefix' || kind === 'typo'
  const areAsTyped = explanations.every(({ words }) => words.every(({ match }) => isAsTyped(match?.kind)))
  return total > 0 && total <= 1_000 && !isRelaxed && areAsTyped
}

/** The sorted ids, if one page holds all hits. */
function idsOf(hits: readonly SearchDocument[], total: number): string[] | undefined {
  return total > 1_000 ? undefined : hits.map((hit) => hit.hubId).sort()
}
