import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { REPO_KINDS } from '../../src/hub/kinds.ts'
import { InvalidSearch } from '../../src/search/invalid-search.ts'
import { bucketRanges, isInRange, numberOf, type Range } from '../../src/search/ranges.ts'
import { resolveFilters } from '../../src/search/resolve-filters.ts'
import type { SearchDocument } from '../../src/search/search-document.ts'
import type { SearchEngine, SearchQuery } from '../../src/search/search-engine.ts'
import { FILTER_FIELDS, type FilterField, RANGE_FIELDS, type RangeField, SEARCH_SORTS } from '../../src/search/search-fields.ts'
import { popularityOf } from '../../src/search/text/popularity.ts'
import { describeMeaning } from './conformance-meaning.ts'
import { describeReadmes } from './conformance-readmes.ts'
import { describeSuggestions } from './conformance-suggestions.ts'
import { describeWords } from './conformance-words.ts'
import type { EngineUnderTest } from './engine-under-test.ts'
import { countByBruteForce, filterByBruteForce, manyDocuments } from './many-documents.ts'
import { searchDocument } from './search-document.ts'

export interface OpenEngine {
  engine: SearchEngine
  close(): Promise<void>
}

/** Tests that every search engine has to pass. `open` creates an empty one. */
export function describeSearchEngine(name: string, open: () => Promise<OpenEngine>): void {
  describe(`search engine: ${name}`, () => {
    let opened: OpenEngine
    let engine: SearchEngine

    beforeAll(async () => {
      opened = await open()
      engine = opened.engine
      await engine.prepare()
    })
    afterAll(async () => {
      await opened?.close()
    })

    const found = async (query: SearchQuery) => (await engine.search(query)).hits.map((hit) => hit.id)
    const put = (...documents: SearchDocument[]) => engine.apply({ upserts: documents })

    describe('with few documents', () => {
      beforeEach(() => engine.clear())

      it('can be prepared twice', async () => {
        await engine.prepare()
        expect(await engine.count()).toBe(0)
        expect(await engine.search({ facets: ['kind'] })).toMatchObject({ total: 0, hits: [], facets: { kind: {} } })
      })

      it('returns documents unchanged', async () => {
        const document = searchDocument({
          id: 'google/gemma-7b',
          description: 'Ein "Modell" \\ mit 🤗 und العربية',
          tags: ['a', 'license:gemma', '__proto__'],
          license: ['gemma'],
          gated: 'manual',
          parameters: 8_537_680_896,
          createdAt: '2024-02-08T08:11:36.000Z',
          downloads: 12_345_678_901,
          likes: 3,
          trendingScore: 1.5,
        })
        await put(document)
        expect((await engine.search({})).hits).toEqual([document])
      })

      it('applies batches idempotently', async () => {
        const batch = {
          upserts: [searchDocument({ id: 'a/bert' }), searchDocument({ id: 'a/gone' })],
          removals: ['none'],
        }
        await engine.apply(batch)
        const once = await engine.search({ facets: FILTER_FIELDS })
        await engine.apply(batch)
        expect({ ...(await engine.search({ facets: FILTER_FIELDS })), tookMs: 0 }).toEqual({ ...once, tookMs: 0 })
        expect(await engine.count()).toBe(2)
      })

      it('does not find a changed document by its old content', async () => {
        await put(searchDocument({ id: 'a/before', hubId: 'x', license: ['mit'], downloads: 5 }))
        await put(searchDocument({ id: 'b/after', hubId: 'x', license: ['apache-2.0'] }))
        expect(await found({ words: 'before' })).toEqual([])
        expect(await found({ filters: { license: ['mit'] } })).toEqual([])
        expect(await engine.search({ words: 'after', facets: ['license', 'author'] })).toMatchObject({
          total: 1,
          facets: { license: { 'apache-2.0': 1 }, author: { b: 1 } },
        })
      })

      it('finds a repo by a previous name, after the repo that has the name now', async () => {
        await put(
          searchDocument({ id: 'new/whale', formerNames: ['old/dolphin-7b'], likes: 1_000 }),
          searchDocument({ id: 'old/dolphin-7b' }),
        )
        const { hits } = await engine.search({ words: 'old/dolphin-7b' })
        expect(hits.map((hit) => hit.id)).toEqual(['old/dolphin-7b', 'new/whale'])
      })

      it('finds collections by title, description, owner, theme and slug, but names models first', async () => {
        const theirs = { kind: 'collection', hubId: '64f9a55bb3115b4f513ec026' } as const
        const collection = searchDocument({
          ...theirs,
          ...{ id: `reader/whisper-${theirs.hubId}`, author: 'reader', title: 'Whisper', description: 'Speech to read' },
          ...{ theme: 'blue', likes: 10 },
        })
        await put(collection, searchDocument({ id: 'openai/whisper-large', likes: 20 }))
        expect(await found({ words: 'whisper' })).toEqual(['openai/whisper-large', collection.id])
        for (const words of ['whispr', 'speech', 'reader', collection.id, theirs.hubId, 'whisper collections']) {
          expect((await found({ words })).filter((id) => id === collection.id)).toEqual([collection.id])
        }
        const { hits, facets } = await engine.search({ filters: { theme: ['blue'] }, facets: ['theme', 'kind', 'author'] })
        expect(hits).toEqual([collection])
        expect(facets).toEqual({ theme: { blue: 1 }, kind: { collection: 1 }, author: { reader: 1 } })
      })

      it('removes documents and accepts them again', async () => {
        const [one, two] = [searchDocument({ id: 'a/one' }), searchDocument({ id: 'a/two' })]
        await put(one, two)
        await engine.apply({ removals: [one.hubId] })
        expect(await found({})).toEqual(['a/two'])
        expect(await engine.count()).toBe(1)
        expect((await engine.search({ facets: ['author'] })).facets).toEqual({ author: { a: 1 } })
        await put(one)
        expect(await found({ words: 'one' })).toEqual(['a/one'])
      })

      it('updates counters without documents, and ignores those of unknown repos', async () => {
        const [one, two] = [searchDocument({ id: 'a/one', likes: 9 }), searchDocument({ id: 'a/two', likes: 1 })]
        await put(one, two)
        const counters = { downloads: 4, likes: 100, trendingScore: 2 }
        await engine.apply({
          counters: [
            { hubId: two.hubId, ...counters },
            { hubId: 'unknown', ...counters },
          ],
        })
        expect(await engine.count()).toBe(2)
        expect((await engine.search({ sort: 'likes' })).hits).toEqual([{ ...two, ...counters }, one])
      })

      it('prefers removals to upserts, and counter updates to the counters of upserts', async () => {
        const [kept, gone] = [searchDocument({ id: 'a/kept' }), searchDocument({ id: 'a/gone' })]
        const counters = { downloads: 1, likes: 2, trendingScore: 3 }
        await engine.apply({
          upserts: [kept, gone],
          removals: [gone.hubId],
          counters: [{ hubId: kept.hubId, ...counters }],
        })
        expect((await engine.search({})).hits).toEqual([{ ...kept, ...counters }])
      })

      it('accepts concurrent batches', async () => {
        const ids = Array.from({ length: 8 }, (_, index) => `a/repo-${index}`)
        await Promise.all(ids.map((id) => put(searchDocument({ id, tags: ['shared'] }))))
        expect((await engine.search({ filters: { tag: ['shared'] }, facets: ['tag'] })).facets).toEqual({
          tag: { shared: 8 },
        })
        expect((await found({ words: 'repo' })).sort()).toEqual(ids)
      })
    })

    const underTest: EngineUnderTest = { engine: () => engine, found, put }
    describeWords(underTest)
    describeMeaning(underTest)
    describeReadmes(underTest)
    describeSuggestions(underTest)

    describe('with many documents', () => {
      // More than a block of an index of bitmaps (8,192).
      const documents = manyDocuments(9_000)
      const limit = 10

      beforeAll(async () => {
        await engine.clear()
        for (let start = 0; start < documents.length; start += 2_000) {
          await engine.apply({ upserts: documents.slice(start, start + 2_000) })
        }
      })

      it.each<Partial<Record<FilterField, string[]>>>([
        {},
        { kind: ['model'] },
        { kind: ['model', 'space'] },
        { kind: ['space'] },
        { tag: ['tag-1'], kind: ['dataset'] },
        { task: ['fill-mask', 'translation'], license: ['license-0', 'license-1'] },
        { author: ['author-3'] },
        { license: ['license-40'] },
        { parameters: ['1B-3B', '70B+'], year: ['2022', '2024'] },
        { tag: ['no such tag'] },
        { task: [] },
      ])('filters and counts correctly: %j', async (filters) => {
        const result = await engine.search({ filters, facets: FILTER_FIELDS, facetLimit: limit })
        const effective = Object.entries(filters).filter(([, values]) => values.length > 0)
        expect(result.total).toBe(filterByBruteForce(documents, Object.fromEntries(effective)).length)
        for (const field of FILTER_FIELDS) {
          const others = Object.fromEntries(effective.filter(([name]) => name !== field))
          expect({ [field]: result.facets[field] }).toEqual({
            [field]: countByBruteForce(filterByBruteForce(documents, others), field, limit),
          })
        }
      })

      it('allows filter values to be resolved in any letter case', async () => {
        const given = new Map<FilterField, string[]>([
          ['author', ['AUTHOR-3', 'nobody at all']],
          ['license', ['License-40', 'license-0']],
          ['kind', ['model']],
        ])
        expect(await resolveFilters(engine, given)).toEqual({
          filters: {
            author: ['author-3', 'nobody at all'],
            license: ['license-40', 'license-0'],
            kind: ['model'],
          },
          unknown: [{ field: 'author', value: 'nobody at all', meant: undefined }],
        })
      })

      it('accepts fields, kinds and sorts in any letter case', async () => {
        const loosely = { filters: { KIND: ['Models'] }, facets: ['Kind'], sort: 'LIKES' } as unknown as SearchQuery
        const exactly: SearchQuery = { filters: { kind: ['model'] }, facets: ['kind'], sort: 'likes' }
        expect({ ...(await engine.search(loosely)), tookMs: 0 }).toEqual({
          ...(await engine.search(exactly)),
          tookMs: 0,
        })
      })

      it('counts the requested number of facet values', async () => {
        const { facets } = await engine.search({ facets: ['author'], facetLimit: 500 })
        expect(facets.author).toEqual(countByBruteForce(documents, 'author', 500))
      })

      it.each([
        ['downloads', (document: SearchDocument) => document.downloads],
        ['likes', (document: SearchDocument) => document.likes],
        ['trending', (document: SearchDocument) => document.trendingScore],
        ['created', (document: SearchDocument) => Date.parse(document.createdAt ?? '')],
        ['parameters', (document: SearchDocument) => document.parameters ?? -1],
      ] as const)('sorts by %s, descending, ties by hub id', async (sort, key) => {
        const order = (left: SearchDocument, right: SearchDocument) =>
          key(right) - key(left) || (left.hubId < right.hubId ? -1 : 1)
        for (const filters of [{}, { license: ['license-1'] }, { author: ['author-2'] }]) {
          const expected = filterByBruteForce(documents, filters).sort(order).slice(30, 80)
          expect(await found({ sort, filters, offset: 30, limit: 50 })).toEqual(expected.map((document) => document.id))
        }
      })

      const RANGES = {
        downloads: { from: 100, before: 50_000 },
        parameters: { from: 1e9, before: null },
        created: { from: null, before: Date.UTC(2025, 0) },
      } as const
      const isIn = (document: SearchDocument, ranges: Partial<Record<RangeField, Range>>) =>
        Object.entries(ranges).every(([field, range]) => isInRange(range, numberOf[field as RangeField](document)))

      it.each<[Partial<Record<RangeField, Range>>, SearchQuery['filters']]>([
        [{ downloads: RANGES.downloads }, {}],
        [{ parameters: RANGES.parameters }, { license: ['license-1', 'license-2'] }],
        [RANGES, {}],
        [{ downloads: { from: 1e9, before: null } }, {}],
        [{ likes: { from: 0, before: null } }, {}],
      ])('takes documents in ranges, and counts facets and buckets among them: %j', async (ranges, filters = {}) => {
        const query: SearchQuery = { ranges, filters, facets: ['license', 'kind'], facetLimit: limit, histograms: RANGE_FIELDS }
        const result = await engine.search({ ...query, sort: 'downloads', limit: 1_000 })
        const inRanges = documents.filter((document) => isIn(document, ranges))
        const all = filterByBruteForce(inRanges, filters)
        expect(result.total).toBe(all.length)
        expect(result.hits.every((hit) => isIn(hit, ranges))).toBe(true)
        const { license: _, ...others } = filters
        expect(result.facets.license).toEqual(countByBruteForce(filterByBruteForce(inRanges, others), 'license', limit))
        expect(result.facets.kind).toEqual(countByBruteForce(all, 'kind', limit))
        for (const field of RANGE_FIELDS) {
          const { [field]: __, ...rest } = ranges
          const counted = filterByBruteForce(documents, filters).filter((document) => isIn(document, rest))
          const countOf = (range: Range) => counted.filter((document) => isInRange(range, numberOf[field](document))).length
          expect(result.histograms?.[field]).toEqual(bucketRanges(field).map((range) => ({ ...range, count: countOf(range) })))
        }
      })

      it('takes a range together with words', async () => {
        const ranges = { downloads: RANGES.downloads }
        const expected = documents.filter((document) => isIn(document, ranges))
        expect((await engine.search({ words: 'repo', ranges })).total).toBe(expected.length)
      })

      it('sorts documents without the value last', async () => {
        const { total } = await engine.search({})
        const last = await engine.search({ sort: 'parameters', offset: total - 3, limit: 10 })
        expect(last.hits.map((hit) => hit.parameters)).toEqual([null, null, null])
      })

      it('pages through a broad ranked search: better matches first, then by popularity', async () => {
        const isNamed = (document: SearchDocument) => Number(document.id.includes('/repo-'))
        const order = (left: SearchDocument, right: SearchDocument) =>
          isNamed(right) - isNamed(left) || popularityOf(right) - popularityOf(left) || (left.hubId < right.hubId ? -1 : 1)
        const ids: string[] = []
        for (let offset = 0; offset < documents.length; offset += 1_000) {
          ids.push(...(await found({ words: 'repo', offset, limit: 1_000 })))
        }
        const expected = [...documents].sort(order).map((document) => document.id)
        expect(ids).toEqual(expected)
        for (const offset of [0, 5_995, 6_100]) {
          expect(await found({ words: 'repo', offset, limit: 10 })).toEqual(expected.slice(offset, offset + 10))
        }
      })

      it('finds the same after optimizing', async () => {
        const query: SearchQuery = { words: 'repo', filters: { kind: ['model'] }, facets: FILTER_FIELDS }
        const before = await engine.search(query)
        await engine.optimize()
        expect({ ...(await engine.search(query)), tookMs: 0 }).toEqual({ ...before, tookMs: 0 })
      })

      it('returns the total and facets without hits for limit 0', async () => {
        const result = await engine.search({ limit: 0, facets: ['kind'] })
        expect(result).toMatchObject({ total: documents.length, hits: [] })
        expect(result.facets.kind).toEqual(countByBruteForce(documents, 'kind', limit))
      })
    })

    describe('invalid queries', () => {
      const unknown = (name: string) => name as never

      it.each([
        ['filter', { filters: { [unknown('licence')]: ['mit'] } }, FILTER_FIELDS],
        ['filter', { filters: { [unknown('licence')]: [] } }, FILTER_FIELDS],
        ['facet', { facets: [unknown('tags')] }, FILTER_FIELDS],
        ['sort', { sort: unknown('stars') }, SEARCH_SORTS],
        ['kind', { filters: { kind: ['model', 'kitten'] } }, REPO_KINDS],
        ['gated', { filters: { gated: ['maybe'] } }, ['false', 'auto', 'manual']],
      ] as [string, SearchQuery, readonly string[]][])(
        'are refused for an unknown %s, with a list of the known ones',
        async (what, query, allowed) => {
          const refusal = engine.search(query)
          await expect(refusal).rejects.toThrow(InvalidSearch)
          await expect(refusal).rejects.toThrow(new RegExp(`${what} ".*${allowed.join(', ')}`))
        },
      )

      it.each([{ limit: -1 }, { limit: 1.5 }, { limit: 1_001 }, { offset: Number.NaN }, { facetLimit: 0 }])(
        'are refused for a number out of range: %j',
        async (query) => {
          await expect(engine.search(query)).rejects.toThrow(InvalidSearch)
        },
      )
    })
  })
}
