import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { BLOCK_SIZE } from '../../../../src/search/postgres/bitmap/blocks.ts'
import { PostgresSearchEngine } from '../../../../src/search/postgres/engine.ts'
import type { IndexedDocument } from '../../../../src/search/search-document.ts'
import type { IndexBuild, SearchBatch, SearchEngine, SearchQuery } from '../../../../src/search/search-engine.ts'
import { FILTER_FIELDS, RANGE_FIELDS } from '../../../../src/search/search-fields.ts'
import { openTestCatalog, type TestCatalog } from '../../../support/catalog/catalog.ts'
import { catalogTargets } from '../../../support/catalog/embedded.ts'
import { countByBruteForce, manyDocuments } from '../../many-documents.ts'

const DOCUMENTS: readonly IndexedDocument[] = manyDocuments(160).map((document, index) =>
  index % 5 === 0 ? { ...document, readmeDigest: 'digest', readmeWords: [`readme${index % 3}`, 'shared'] } : document,
)
interface Churn {
  from: number
  to: number
  license: string
  removals: string[]
  counted: string[]
}

const QUERIES: readonly SearchQuery[] = [
  { facets: FILTER_FIELDS, histograms: RANGE_FIELDS, facetLimit: 1_000 },
  { words: 'repo', explain: true, limit: 1_000 },
  { words: 'thing 12', explain: true },
  { words: 'shared readme1', explain: true, facets: ['tag'] },
  { words: 'descripton only', explain: true },
  { words: 'author-0', filters: { kind: ['model'] }, facets: ['author', 'kind'], explain: true },
  ...(['trending', 'downloads', 'likes', 'created', 'modified', 'parameters'] as const).map((sort) => ({ sort, limit: 1_000 })),
]

describe.each(catalogTargets)('an index built beside the current one ($engine)', ({ engine: name, create }) => {
  let catalog: TestCatalog
  let ordinary: TestCatalog
  let engine: SearchEngine

  beforeAll(async () => {
    catalog = await openTestCatalog(create)
    ordinary = await openTestCatalog(create)
    engine = new PostgresSearchEngine(catalog.connection)
  })
  afterAll(async () => {
    await catalog?.[Symbol.asyncDispose]()
    await ordinary?.[Symbol.asyncDispose]()
  })
  beforeEach(() => engine.clear())

  async function builtOf(documents: readonly IndexedDocument[]): Promise<IndexBuild> {
    const build = await engine.build()
    await build.append({ upserts: documents })
    await build.endAppending()
    return build
  }

  async function swapIn(build: IndexBuild): Promise<void> {
    await build.activate()
    await build.cleanUp()
  }

  const answersOf = async (searched: SearchEngine) => {
    const answers = []
    for (const query of QUERIES) answers.push({ ...(await searched.search(query)), tookMs: 0 })
    return answers
  }

  it('answers like one that was written batch by batch, whatever changes meanwhile', async () => {
    const hubIds = fc.uniqueArray(fc.constantFrom(...DOCUMENTS.map(({ hubId }) => hubId)), { maxLength: 12 })
    const churn = fc.record({
      from: fc.nat(DOCUMENTS.length),
      to: fc.nat(DOCUMENTS.length),
      license: fc.constantFrom('mit', 'new'),
      removals: hubIds,
      counted: hubIds,
    })
    const reference = new PostgresSearchEngine(ordinary.connection)
    const toBatch = ({ from, to, license, removals, counted }: Churn): SearchBatch => ({
      upserts: DOCUMENTS.slice(from, to).map((document) => ({ ...document, license: [license] })),
      removals,
      counters: counted.map((hubId, index) => ({ hubId, downloads: index, likes: 7, trendingScore: 1.5 })),
    })
    await fc.assert(
      fc.asyncProperty(fc.nat(DOCUMENTS.length), fc.array(churn, { maxLength: 3 }), async (size, changes) => {
        const first = DOCUMENTS.slice(0, size)
        await reference.clear()
        await reference.apply({ upserts: first })
        const build = await builtOf(first)
        for (const batch of changes.map(toBatch)) {
          await reference.apply(batch)
          await build.apply(batch)
        }
        await swapIn(build)
        expect(await answersOf(engine)).toEqual(await answersOf(reference))
        const last = { upserts: DOCUMENTS.slice(100) }
        await reference.apply(last)
        await engine.apply(last)
        expect(await answersOf(engine)).toEqual(await answersOf(reference))
      }),
      { numRuns: name === 'embedded' ? 1 : 4 },
    )
  })

  it.skipIf(name === 'embedded')('has every document of several blocks', async () => {
    const documents = manyDocuments(BLOCK_SIZE + 8)
    await swapIn(await builtOf(documents))
    const { total, facets } = await engine.search({ facets: ['tag', 'author', 'license'], limit: 0, facetLimit: 50 })
    expect(total).toBe(documents.length)
    for (const field of ['tag', 'author', 'license'] as const) {
      expect(facets[field]).toEqual(countByBruteForce(documents, field, 50))
    }
    const tags = documents.at(-1)?.tags ?? []
    const { total: tagged } = await engine.search({ filters: { tag: tags.slice(0, 1) }, limit: 0 })
    expect(tagged).toBe(documents.filter((document) => document.tags.includes(tags[0] ?? '')).length)
  })

  it('is found only once it is whole', async () => {
    await engine.apply({ upserts: DOCUMENTS.slice(0, 3) })
    const build = await builtOf(DOCUMENTS)
    expect((await engine.search({})).total).toBe(3)
    await swapIn(build)
    expect((await engine.search({})).total).toBe(DOCUMENTS.length)
    expect(await tablesOf('search_next')).toEqual([])
  })

  it('is discarded by the next build, and cannot write into the tables of that one', async () => {
    await engine.apply({ upserts: DOCUMENTS.slice(0, 3) })
    const abandoned = await engine.build()
    await abandoned.append({ upserts: DOCUMENTS })
    const next = await builtOf(DOCUMENTS.slice(0, 50))
    await expect(abandoned.endAppending()).rejects.toMatchObject({ code: 'lease-lost' })
    await expect(abandoned.activate()).rejects.toMatchObject({ code: 'lease-lost' })
    expect((await engine.search({})).total).toBe(3)
    await swapIn(next)
    expect((await engine.search({})).total).toBe(50)
  })

  it('has the columns, indexes, triggers, rights and comments of the current one', async () => {
    await catalog.rows('grant select on search.posting to public')
    const before = await definitions()
    await swapIn(await builtOf(DOCUMENTS))
    expect(await definitions()).toEqual(before)
    expect(before.join()).toMatch(/CREATE TRIGGER renew_blocks.*=r\/.*fillfactor=80.*posting_pkey/s)
  })

  it('is discarded if the tables of the current one were changed meanwhile', async () => {
    const build = await builtOf(DOCUMENTS)
    await catalog.rows('alter table search.document add column newer int')
    await expect(build.activate()).rejects.toMatchObject({ code: 'task-failed' })
    await catalog.rows('alter table search.document drop column newer')
    expect((await engine.search({})).total).toBe(0)
    await swapIn(build)
    expect((await engine.search({})).total).toBe(DOCUMENTS.length)
  })

  it.skipIf(name === 'embedded')('waits for transactions that read the current one', async () => {
    const build = await builtOf(DOCUMENTS)
    const reader = await catalog.connection.pool.connect()
    await reader.query('begin; select count(*) from search.document')
    const swapped = swapIn(build)
    const timedOut = async () => {
      const { rows } = await sql<{ waits: number }>`
        select count(*)::int as waits from pg_locks where not granted and mode = 'AccessExclusiveLock'`.execute(catalog.db)
      return rows[0]?.waits
    }
    await expect.poll(timedOut).toBe(1)
    await reader.query('commit')
    reader.release()
    await swapped
    expect((await engine.search({})).total).toBe(DOCUMENTS.length)
  })

  const tablesOf = (schema: string) =>
    catalog.rows(`select relname from pg_class where relnamespace = '${schema}'::regnamespace order by 1`)

  async function definitions(): Promise<unknown[]> {
    const rows = await catalog.rows(`
      select pg_get_triggerdef(g.oid) as definition from pg_trigger g join pg_class t on t.oid = g.tgrelid
        where t.relnamespace = 'search'::regnamespace and not tgisinternal
      union all select relname || coalesce(relacl::text, '') || coalesce(reloptions::text, '')
          || coalesce(obj_description(oid, 'pg_class'), '')
        from pg_class where relnamespace = 'search'::regnamespace and relkind in ('r', 'i')
      union all select attrelid::regclass || ' ' || attname || ' ' || format_type(atttypid, atttypmod) || attnotnull
          || attstorage::text || coalesce(col_description(attrelid, attnum), '')
        from pg_attribute where attnum > 0 and not attisdropped
          and attrelid in (select oid from pg_class where relnamespace = 'search'::regnamespace and relkind = 'r')
      union all select pg_get_indexdef(indexrelid) from pg_index
        where indrelid in (select oid from pg_class where relnamespace = 'search'::regnamespace and relkind = 'r')
      union all select conrelid::regclass || conname || pg_get_constraintdef(oid) from pg_constraint
        where connamespace = 'search'::regnamespace`)
    return rows.map(({ definition }) => String(definition)).sort()
  }
})
