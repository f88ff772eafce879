import fc from 'fast-check'
import { Kysely, PostgresDialect } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../../../src/catalog/schema.ts'
import { PostgresSearchEngine } from '../../../../src/search/postgres/engine.ts'
import type { SearchDocument } from '../../../../src/search/search-document.ts'
import type { FilterField } from '../../../../src/search/search-fields.ts'
import { openTestCatalog, type TestCatalog } from '../../../support/catalog/catalog.ts'
import { anyCatalogTarget } from '../../../support/catalog/embedded.ts'
import { countByBruteForce, filterByBruteForce, manyDocuments } from '../../many-documents.ts'

const FACETS: FilterField[] = ['tag', 'license', 'author', 'task']
/** Match enough documents that their postings are counted. */
const FILTERS = { kind: ['model', 'dataset'] }
/** In two blocks. */
const DOCUMENTS = manyDocuments(9_500)

describe.each(anyCatalogTarget)('cached postings ($engine)', ({ create }) => {
  let catalog: TestCatalog
  let writer: PostgresSearchEngine<Database>
  const indexed = new Map<string, SearchDocument>()
  const statements: string[] = []

  beforeAll(async () => {
    catalog = await openTestCatalog(create)
    writer = new PostgresSearchEngine(catalog.connection)
    await put(...DOCUMENTS)
  })

  beforeEach(() => void statements.splice(0))
  afterAll(() => catalog?.[Symbol.asyncDispose]())

  async function put(...documents: SearchDocument[]): Promise<void> {
    for (const document of documents) indexed.set(document.hubId, document)
    await writer.apply({ upserts: documents })
  }

  function readerWith(memoryMb: number) {
    const { pool, engine } = catalog.connection
    const dialect = new PostgresDialect({ pool })
    const log = ({ query }: { query: { sql: string } }) => void statements.push(query.sql)
    return new PostgresSearchEngine({ db: new Kysely<Database>({ dialect, log }), pool, engine }, memoryMb)
  }

  async function countsOf(reader: PostgresSearchEngine<Database>, facets = FACETS) {
    return (await reader.search({ filters: FILTERS, facets })).facets
  }

  function trueCounts(facets = FACETS) {
    const found = filterByBruteForce([...indexed.values()], FILTERS)
    return Object.fromEntries(facets.map((field) => [field, countByBruteForce(found, field, 10)]))
  }

  /** What was done with postings since the last call. */
  const reads = () =>
    statements
      .splice(0)
      .filter((text) => /from search\.posting\b/.test(text))
      .map((text) => (text.includes('bit_count') ? 'counted in the database' : 'loaded'))

  it('are counted in the database at first, and loaded once when they are wanted again', async () => {
    const reader = readerWith(256)
    for (const expected of [['counted in the database'], ['loaded'], []]) {
      expect(await countsOf(reader)).toEqual(trueCounts())
      expect(reads()).toEqual(expected)
    }
  })

  it('are counted both ways by a search that wants some for the first time', async () => {
    const reader = readerWith(256)
    await countsOf(reader, ['task'])
    reads()
    expect(await countsOf(reader, ['task', 'tag'])).toEqual(trueCounts(['task', 'tag']))
    expect(reads()).toEqual(['loaded', 'counted in the database'])
  })

  it('are loaded again if the cache is too small for all', async () => {
    const reader = readerWith(0.01)
    await countsOf(reader)
    await countsOf(reader)
    reads()
    expect(await countsOf(reader)).toEqual(trueCounts())
    expect(reads()).toEqual(['loaded'])
  })

  it('stay correct when another writer changes the index, whatever the size of the cache', async () => {
    const readers = [256, 0.01, 0].map(readerWith)
    const change = fc.record({
      index: fc.nat(DOCUMENTS.length - 1),
      action: fc.constantFrom('remove', 'put back', 'alter'),
      value: fc.constantFrom('tag-0', 'tag-1', 'tag-2', 'zebra'),
    })
    const isTrue = async (changes: { index: number; action: string; value: string }[], facets: FilterField[]) => {
      const batch = new Map<string, SearchDocument | undefined>()
      for (const { index, action, value } of changes) {
        const document = DOCUMENTS[index]
        if (document === undefined) throw new Error('There is no such document.')
        const altered = { ...document, tags: [value], license: [value] }
        const after = { remove: undefined, 'put back': document, alter: altered }[action]
        batch.set(document.hubId, after)
      }
      await put(...[...batch.values()].filter((document) => document !== undefined))
      const removals = [...batch.keys()].filter((hubId) => batch.get(hubId) === undefined)
      for (const hubId of removals) indexed.delete(hubId)
      await writer.apply({ removals })
      const zebras = [...indexed.values()].filter(({ tags }) => tags.includes('zebra')).length
      for (const reader of readers) {
        expect(await countsOf(reader, facets)).toEqual(trueCounts(facets))
        expect((await reader.search({ words: 'z' })).total).toBe(zebras)
      }
    }
    await fc.assert(fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 20 }), fc.shuffledSubarray(FACETS), isTrue), {
      numRuns: 20,
    })
  })

  it('are invalidated when the index is cleared', async () => {
    const reader = readerWith(256)
    await countsOf(reader)
    await writer.clear()
    indexed.clear()
    // In reverse order, so that the numbers of terms change.
    await put(...DOCUMENTS.slice(5_000, 8_000).reverse())
    expect(await countsOf(reader)).toEqual(trueCounts())
  })
})
