import fc from 'fast-check'
import { Kysely, PostgresDialect } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../../../src/catalog/schema.ts'
import { PostgresSearchEngine } from '../../../../src/search/postgres/engine.ts'
import type { SearchDocument } from '../../../../src/search/search-document.ts'
import type { FilterField } from '../../../../src/search/search-fields.ts'
import { openTestCatalog, type TestCatalog } from '../../../support/catalog/catalog.ts'
import { anyCatalogTarget } from '../../../support/catalog/embedded.ts'
import { countedPlainly, filteredPlainly, manyDocuments } from '../../many-documents.ts'

const FACETS: FilterField[] = ['tag', 'license', 'author', 'task']
/** So many that they are counted by what is remembered. */
const FILTERS = { kind: ['model', 'dataset'] }
/** In two blocks. */
const DOCUMENTS = manyDocuments(9_500)

describe.each(anyCatalogTarget)('postings remembered between searches ($engine)', ({ create }) => {
  let catalog: TestCatalog
  let writer: PostgresSearchEngine<Database>
  const present = new Map<string, SearchDocument>()
  const statements: string[] = []

  beforeAll(async () => {
    catalog = await openTestCatalog(create)
    writer = new PostgresSearchEngine(catalog.db)
    await put(...DOCUMENTS)
  })

  afterAll(() => catalog?.[Symbol.asyncDispose]())

  async function put(...documents: SearchDocument[]): Promise<void> {
    for (const document of documents) present.set(document.hubId, document)
    await writer.apply({ upserts: documents })
  }

  function readerWith(memoryMb: number) {
    const dialect = new PostgresDialect({ pool: catalog.connection.pool })
    const log = ({ query }: { query: { sql: string } }) => void statements.push(query.sql)
    return new PostgresSearchEngine(new Kysely<Database>({ dialect, log }), memoryMb)
  }

  async function countsOf(reader: PostgresSearchEngine<Database>, facets = FACETS) {
    return (await reader.search({ filters: FILTERS, facets })).facets
  }

  function trueCounts(facets = FACETS) {
    const found = filteredPlainly([...present.values()], FILTERS)
    return Object.fromEntries(facets.map((field) => [field, countedPlainly(found, field, 10)]))
  }

  const readings = () => statements.splice(0).filter((text) => /from search\.posting\b/.test(text)).length

  it('are not read again', async () => {
    const reader = readerWith(256)
    expect(await countsOf(reader)).toEqual(trueCounts())
    expect(readings()).toBe(1)
    expect(await countsOf(reader)).toEqual(trueCounts())
    expect(readings()).toBe(0)
  })

  it('are read again where they could not all be remembered', async () => {
    const reader = readerWith(0.01)
    await countsOf(reader)
    readings()
    expect(await countsOf(reader)).toEqual(trueCounts())
    expect(readings()).toBe(1)
  })

  it('are those of each moment, whoever changes them, and however few can be', async () => {
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
      for (const hubId of removals) present.delete(hubId)
      await writer.apply({ removals })
      const zebras = [...present.values()].filter(({ tags }) => tags.includes('zebra')).length
      for (const reader of readers) {
        expect(await countsOf(reader, facets)).toEqual(trueCounts(facets))
        expect((await reader.search({ words: 'z' })).total).toBe(zebras)
      }
    }
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 20 }), fc.shuffledSubarray(FACETS), isTrue),
      { numRuns: 20 },
    )
  })

  it('are forgotten with the index', async () => {
    const reader = readerWith(256)
    await countsOf(reader)
    await writer.clear()
    present.clear()
    // The same numbers now stand for other terms.
    await put(...DOCUMENTS.slice(5_000, 8_000).reverse())
    expect(await countsOf(reader)).toEqual(trueCounts())
  })
})
