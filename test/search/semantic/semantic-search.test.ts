import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { readEmbedder } from '../../../src/catalog/embeddings/embedder.ts'
import { countEmbeddings } from '../../../src/catalog/embeddings/embeddings.ts'
import { takeDownRepo } from '../../../src/catalog/repos/takedown.ts'
import { ActiveIndexGuard } from '../../../src/search/indexing/active-index-guard.ts'
import { rebuildIndex } from '../../../src/search/indexing/rebuild.ts'
import { SearchSync } from '../../../src/search/indexing/sync.ts'
import { MeilisearchEngine } from '../../../src/search/meilisearch/engine.ts'
import { PostgresSearchEngine } from '../../../src/search/postgres/engine.ts'
import type { SearchEngine, SearchQuery } from '../../../src/search/search-engine.ts'
import { EmbeddingSync } from '../../../src/search/semantic/embedding-sync.ts'
import { HttpEmbedder, type HttpEmbedderOptions } from '../../../src/search/semantic/http-embedder.ts'
import { searchByMeaning } from '../../../src/search/semantic/search-by-meaning.ts'
import { TextPace } from '../../../src/search/semantic/text-pace.ts'
import { openTestCatalog, type TestCatalog } from '../../support/catalog/catalog.ts'
import { type CreateTarget, catalogTargets, createAnyTarget } from '../../support/catalog/embedded.ts'
import { sendHeartbeat, testOwner } from '../../support/catalog/owners.ts'
import { startTestEmbedder, type TestEmbedder } from '../../support/servers/embedder-server.ts'

interface EngineUnderTest {
  name: string
  create: CreateTarget
  engineOf(catalog: TestCatalog): SearchEngine
}

const meiliUrl = inject('meiliUrl')
const ENGINES: EngineUnderTest[] = [
  ...catalogTargets.map(({ engine, create }) => ({
    name: `Postgres, ${engine}`,
    create,
    engineOf: ({ connection }: TestCatalog) => new PostgresSearchEngine(connection),
  })),
  ...(meiliUrl === undefined
    ? []
    : [
        {
          name: 'Meilisearch',
          create: createAnyTarget,
          engineOf: () => new MeilisearchEngine({ url: meiliUrl, apiKey: inject('meiliKey'), index: 'semantic' }),
        },
      ]),
]

const never = new AbortController().signal

describe.each(ENGINES)('semantic search ($name)', ({ create, engineOf }) => {
  let catalog: TestCatalog
  let server: TestEmbedder
  let engine: SearchEngine
  let hasVectors: boolean

  beforeAll(async () => {
    catalog = await openTestCatalog(create)
    server = await startTestEmbedder()
    const raw = engineOf(catalog)
    await raw.prepare()
    hasVectors = await raw.prepareVectors({ spec: 'trial', model: 'trial', dimensions: 3 }).then(
      () => true,
      () => false,
    )
  })
  afterAll(async () => {
    await engine?.clear()
    await catalog?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
  })
  beforeEach(async (context) => {
    if (!hasVectors) context.skip('this Postgres does not have pgvector')
    await catalog.empty()
    await sql`drop index if exists catalog.embeddings_nearest`.execute(catalog.db)
    const raw = engineOf(catalog)
    await raw.clear()
    engine = new ActiveIndexGuard(catalog.db, raw)
    server.faults = {}
    server.requests.length = 0
  })

  const embedderWith = (options: Partial<HttpEmbedderOptions> = {}) =>
    new HttpEmbedder({ url: server.openaiUrl, model: 'test', timeoutMs: 10_000, ...options })
  const embeddingWith = (options: Partial<HttpEmbedderOptions> = {}, batchSize = 3) =>
    new EmbeddingSync({
      db: catalog.db,
      engine,
      embedder: embedderWith(options),
      batchSize,
      pace: new TextPace(Number.POSITIVE_INFINITY),
      retryMs: 1,
    })
  const index = () => new SearchSync(catalog.db, engine).finish()
  const embed = async (options: Partial<HttpEmbedderOptions> = {}) => {
    const outcome = await embeddingWith(options).finish(never)
    // Engines whose documents carry vectors get them with the next batch.
    await index()
    return outcome
  }
  const search = (query: SearchQuery, ratio = 0.5, options: Partial<HttpEmbedderOptions> = {}) =>
    searchByMeaning({ db: catalog.db, search: engine, embedder: embedderWith(options) }, query, ratio)
  const found = async (words: string, query: SearchQuery = {}, ratio = 0.5) =>
    (await search({ words, ...query }, ratio)).result.hits.map(({ id }) => id)

  /** Writes models and their outbox entries, by name. */
  const write = async (descriptions: Readonly<Record<string, string>>, license = 'mit') => {
    const rows = Object.entries(descriptions).map(([name, description]) => ({ name, description }))
    await sql`
      with written as (
        insert into catalog.repos (hub_id, kind, id, author, description, license, content_hash)
        select 'hub-' || name, 'model', 'a/' || name, 'a', description, ${license}::text, md5(name)::uuid
        from json_to_recordset(${JSON.stringify(rows)}::json) as given (name text, description text)
        on conflict (hub_id) do update set description = excluded.description, license = excluded.license,
          removed_at = null
        returning hub_id
      )
      insert into catalog.search_outbox (hub_id, counters_only) select hub_id, false from written`.execute(catalog.db)
  }
  const REPOS = {
    lens: 'tells what a picture shows',
    album: 'a folder of photo files',
    nurse: 'notes of a clinic',
    parrot: 'spoken words',
    stone: 'about geology',
  }

  it('finds repos by meaning that no word finds', async () => {
    await write(REPOS)
    await index()
    expect(await embed()).toEqual({ embedded: 5, failed: 0 })
    expect((await found('medical'))[0]).toBe('a/nurse')
    expect((await found('visual')).slice(0, 2).toSorted()).toEqual(['a/album', 'a/lens'])
    expect((await found('photo')).slice(0, 2).toSorted()).toEqual(['a/album', 'a/lens'])
    const { result, semantic } = await search({ words: 'photo' })
    expect(semantic).toEqual({ ratio: 0.5, isUsed: true, byMeaning: result.total - 1 })
  })

  it('is off without a ratio', async () => {
    await write(REPOS)
    await index()
    await embed()
    server.requests.length = 0
    const { result, semantic } = await search({ words: 'medical' }, 0)
    expect({ total: result.total, semantic, requests: server.requests }).toEqual({ total: 0, semantic: null, requests: [] })
  })

  it('leaves a repo first that the whole text names', async () => {
    await write({ ...REPOS, 'visual-photo': 'about geology', 'photo-visual-picture': 'image photo picture visual' })
    await index()
    await embed()
    expect((await found('visual photo', {}, 0.9))[0]).toBe('a/visual-photo')
  })

  it('counts exactly what it finds, within the filters, on all pages', async () => {
    await write(REPOS)
    await write({ picture: 'a picture', frame: 'a frame for a picture' }, 'apache-2.0')
    await write(Object.fromEntries(Array.from({ length: 110 }, (_, number) => [`sand-${number}`, `grain ${number} of sand`])))
    await index()
    await embed()
    for (const query of [
      { words: 'picture' },
      { words: 'grain of sand' },
      { words: 'photo', filters: { license: ['apache-2.0'] } },
    ]) {
      const all = (await search({ ...query, facets: ['license', 'author'], limit: 1_000 })).result
      const ids = all.hits.map(({ id }) => id)
      expect(all.total).toBe(new Set(ids).size)
      expect(all.facets.author).toEqual({ a: all.total })
      if (!('filters' in query)) {
        const licenses = Object.groupBy(all.hits, ({ license }) => license[0] ?? '')
        expect(all.facets.license).toEqual(
          Object.fromEntries(Object.entries(licenses).map(([license, hits]) => [license, hits?.length])),
        )
      }
      const paged = []
      for (let offset = 0; offset < all.total; offset += 50) paged.push(...(await found('', { ...query, offset, limit: 50 })))
      expect(paged).toEqual(ids)
    }
    expect((await found('photo', { filters: { license: ['apache-2.0'] } })).toSorted()).toEqual(['a/frame', 'a/picture'])
  })

  it('embeds only changed texts again', async () => {
    await write(REPOS)
    await index()
    await embed()
    server.requests.length = 0
    await write({ ...REPOS, stone: 'about a doctor' })
    await index()
    expect(await countEmbeddings(catalog.db)).toEqual({ embedded: 4, due: 1, failed: 0 })
    expect(await embed()).toEqual({ embedded: 1, failed: 0 })
    expect(server.texts().filter((text) => text !== 'dimensions')).toEqual([expect.stringContaining('about a doctor')])
    expect((await found('medical')).slice(0, 2).toSorted()).toEqual(['a/nurse', 'a/stone'])
  })

  it('keeps the vectors of repos whose counters change', async () => {
    await write(REPOS)
    await index()
    await embed()
    await sql`insert into catalog.repo_counters (hub_id, likes) select hub_id, 9 from catalog.repos`.execute(catalog.db)
    await sql`insert into catalog.search_outbox (hub_id, counters_only) select hub_id, true from catalog.repos`.execute(
      catalog.db,
    )
    await index()
    const { result } = await search({ words: 'medical' })
    expect(result.hits[0]).toMatchObject({ id: 'a/nurse', likes: 9 })
  })

  it('forgets the vectors of repos that are gone', async () => {
    await write(REPOS)
    await index()
    await embed()
    await sql`update catalog.repos set removed_at = now() where id = 'a/nurse'`.execute(catalog.db)
    await sql`insert into catalog.search_outbox (hub_id, counters_only) values ('hub-nurse', false)`.execute(catalog.db)
    await takeDownRepo(catalog.db, { hubId: 'hub-lens', kind: 'model', id: 'a/lens', isRemoved: false })
    await index()
    expect(await countEmbeddings(catalog.db)).toEqual({ embedded: 3, due: 0, failed: 0 })
    expect(await found('medical')).not.toContain('a/nurse')
    expect(await found('visual')).not.toContain('a/lens')
  })

  it('embeds everything again with another model or another number of dimensions, and meanwhile searches by words', async () => {
    await write(REPOS)
    await index()
    await embed()
    for (const options of [{ model: 'other' }, { model: 'other', dimensions: 32 }]) {
      expect(await search({ words: 'photo' }, 0.5, options)).toMatchObject({
        result: { total: 1 },
        semantic: { isUsed: false, reason: { code: 'other-embedder' } },
      })
      expect(await embed(options)).toEqual({ embedded: 5, failed: 0 })
      const { result, semantic } = await search({ words: 'medical' }, 0.5, options)
      expect([result.hits[0]?.id, semantic?.isUsed]).toEqual(['a/nurse', true])
    }
    expect(await readEmbedder(catalog.db)).toMatchObject({ model: 'other', dimensions: 32 })
  })

  it('searches by words and goes on indexing while the embedder is unavailable, and recovers', async () => {
    await write(REPOS)
    await index()
    await embed()
    server.faults = { status: 503 }
    await write({ ghost: 'a photo of a doctor' })
    await index()
    await expect(embed()).rejects.toMatchObject({ code: 'server-error' })
    expect((await engine.search({ words: 'ghost' })).total).toBe(1)
    expect(await search({ words: 'photo' })).toMatchObject({
      result: { total: 2 },
      semantic: { ratio: 0.5, isUsed: false, reason: { code: 'server-error' } },
    })
    server.faults = {}
    expect(await embed()).toEqual({ embedded: 1, failed: 0 })
    expect(await readEmbedder(catalog.db)).toMatchObject({ errorCode: null })
    expect((await found('medical')).slice(0, 2).toSorted()).toEqual(['a/ghost', 'a/nurse'])
  })

  it('gives an index its vectors that has lost them, without another request', async () => {
    await write(REPOS)
    await index()
    await embed()
    await engine.prepareVectors({ spec: 'other', model: 'other', dimensions: 64 })
    server.requests.length = 0
    await embed({ dimensions: 64 })
    expect(server.requests).toEqual([])
    expect((await found('medical'))[0]).toBe('a/nurse')
  })

  it('keeps its vectors when the index is rebuilt', async () => {
    await write(REPOS)
    await index()
    await embed()
    const owner = testOwner()
    await sendHeartbeat(catalog, owner)
    const quiet = { onProgress: () => undefined, onWaiting: () => undefined }
    await rebuildIndex(catalog.db, engine, { owner, batchSize: 2, signal: never, ...quiet })
    await index()
    server.requests.length = 0
    expect((await found('medical'))[0]).toBe('a/nurse')
    expect(server.texts()).toEqual(['medical'])
  })
})
