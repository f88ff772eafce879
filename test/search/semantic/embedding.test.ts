import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readEmbedder } from '../../../src/catalog/embeddings/embedder.ts'
import { claimDueTexts, countEmbeddings, vectorsAmong } from '../../../src/catalog/embeddings/embeddings.ts'
import { failureGroups, retryFailures } from '../../../src/catalog/stages/failures.ts'
import { SearchSync } from '../../../src/search/indexing/sync.ts'
import { PostgresSearchEngine } from '../../../src/search/postgres/engine.ts'
import type { SearchEngine } from '../../../src/search/search-engine.ts'
import { SearchUnavailable } from '../../../src/search/search-unavailable.ts'
import { EmbeddingSync, type EmbeddingSyncParts } from '../../../src/search/semantic/embedding-sync.ts'
import { HttpEmbedder, type HttpEmbedderOptions } from '../../../src/search/semantic/http-embedder.ts'
import { searchByMeaning } from '../../../src/search/semantic/search-by-meaning.ts'
import { TextPace } from '../../../src/search/semantic/text-pace.ts'
import { openTestCatalog, type TestCatalog } from '../../support/catalog/catalog.ts'
import { startTestEmbedder, type TestEmbedder } from '../../support/servers/embedder-server.ts'
import { delegatingEngine } from '../delegating-engine.ts'
import { writeEnqueued } from '../indexing/enqueued-repos.ts'

const never = new AbortController().signal
const PROBE = 'dimensions'

describe('embedding', () => {
  let catalog: TestCatalog
  let server: TestEmbedder
  let engine: SearchEngine

  beforeAll(async () => {
    catalog = await openTestCatalog()
    server = await startTestEmbedder()
  })
  afterAll(async () => {
    await catalog?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
  })
  beforeEach(async () => {
    await catalog.empty()
    const postgres = new PostgresSearchEngine(catalog.connection)
    await postgres.clear()
    // The extension may be absent.
    engine = delegatingEngine(postgres, { prepareVectors: async () => false })
    server.faults = {}
    server.requests.length = 0
  })

  const embedding = (parts: Partial<EmbeddingSyncParts> = {}, options: Partial<HttpEmbedderOptions> = {}) =>
    new EmbeddingSync({
      db: catalog.db,
      engine,
      embedder: new HttpEmbedder({ url: server.ollamaUrl, model: 'test', timeoutMs: 10_000, ...options }),
      batchSize: 8,
      pace: new TextPace(Number.POSITIVE_INFINITY),
      retryMs: 1,
      ...parts,
    })
  const index = (last: number, first = 1) =>
    writeEnqueued(catalog.db, { first, last }).then(() => new SearchSync(catalog.db, engine).finish())
  const texts = () => server.texts().filter((text) => text !== PROBE)

  it('sends each text once, in batches', async () => {
    await index(20)
    expect(await embedding().finish(never)).toEqual({ embedded: 20, failed: 0 })
    expect(texts().length).toBe(new Set(texts()).size)
    expect(server.requests.map(({ input }) => input.length)).toEqual([1, 8, 8, 4])
    expect(await embedding().finish(never)).toEqual({ embedded: 0, failed: 0 })
  })

  it('does not send repos again whose counters, license or dates alone have changed twice', async () => {
    await index(5)
    await embedding({}, { dimensions: 64 }).finish(never)
    await writeEnqueued(catalog.db, { last: 5, likes: 9 })
    await new SearchSync(catalog.db, engine).finish()
    expect(await countEmbeddings(catalog.db)).toEqual({ embedded: 5, due: 0, failed: 0 })
  })

  it('makes no text due while no embedder was ever used', async () => {
    await index(5)
    expect(await catalog.value('select count(*)::int from catalog.embeddings')).toBe(0)
  })

  it('is shared by processes that embed at the same time', async () => {
    await index(60)
    await embedding().finish(never)
    server.requests.length = 0
    await sql`update catalog.embeddings set vector_hash = null`.execute(catalog.db)
    const outcomes = await Promise.all([1, 2, 3].map(() => embedding().finish(never)))
    expect(outcomes.reduce((sum, { embedded }) => sum + embedded, 0)).toBe(60)
    expect(texts().length).toBe(60)
  })

  it('resumes after a process that was killed, once its claims have expired', async () => {
    await index(10)
    const [first] = [embedding()]
    await first?.finish(never)
    await sql`update catalog.embeddings set vector_hash = null`.execute(catalog.db)
    expect(await claimDueTexts(catalog.db, 4)).toHaveLength(4)
    expect(await embedding().finish(never)).toEqual({ embedded: 6, failed: 0 })
    await sql`update catalog.embeddings set claimed_until = now() - interval '1 second'`.execute(catalog.db)
    expect(await embedding().finish(never)).toEqual({ embedded: 4, failed: 0 })
  })

  it('isolates texts that the embedder refuses or answers with NaN, and lists them as failures', async () => {
    await index(20)
    server.faults = { refusedWord: 'repo-13 ', brokenWord: 'repo-7 ' }
    expect(await embedding().finish(never)).toEqual({ embedded: 18, failed: 2 })
    expect(await countEmbeddings(catalog.db)).toEqual({ embedded: 18, due: 2, failed: 2 })
    const groups = await failureGroups(catalog.db)
    expect(groups.map(({ task, cause, example }) => [task, cause, example]).toSorted()).toEqual([
      ['embed', 'broken-answer', 'a/repo-7'],
      ['embed', 'refused', 'a/repo-13'],
    ])
    server.faults = {}
    expect(await embedding().finish(never)).toEqual({ embedded: 0, failed: 0 })
    await retryFailures(catalog.db)
    expect(await embedding().finish(never)).toEqual({ embedded: 2, failed: 0 })
    expect(await failureGroups(catalog.db)).toEqual([])
  })

  it.each([
    ['refuses all texts', { status: 400 }, 'refused'],
    ['returns only zeros and NaN', { brokenWord: 'a' }, 'invalid-vector'],
    ['refuses the key', { status: 401 }, 'key-refused'],
    ['is down', { isDead: true }, 'unreachable'],
    ['returns vectors of another length', { dimensions: 5 }, 'wrong-dimensions'],
  ] as const)('blames no repo if the embedder %s, and says so', async (_, faults, code) => {
    await index(9)
    await embedding({}, { dimensions: 64 }).finish(never)
    await sql`update catalog.embeddings set vector_hash = null`.execute(catalog.db)
    server.faults = faults
    await expect(embedding({}, { dimensions: 64 }).finish(never)).rejects.toMatchObject({ code })
    expect(await failureGroups(catalog.db)).toEqual([])
    expect(await readEmbedder(catalog.db)).toMatchObject({ errorCode: code })
    server.faults = {}
    expect(await embedding({}, { dimensions: 64 }).finish(never)).toEqual({ embedded: 9, failed: 0 })
    expect(await readEmbedder(catalog.db)).toMatchObject({ errorCode: null })
  })

  it('tries again while the embedder is busy', async () => {
    await index(2)
    // Long enough for the fault to end before the attempts do.
    server.faults = { status: 429, retryAfterSecs: 2 }
    const busy = embedding({}, { dimensions: 64 }).finish(never)
    await expect.poll(() => server.requests.length).toBeGreaterThan(0)
    server.faults = {}
    expect(await busy).toEqual({ embedded: 2, failed: 0 })
  })

  it('embeds a text again that has changed while it was embedded', async () => {
    await index(1)
    const { promise: heldUntil, resolve: release } = Promise.withResolvers<void>()
    server.faults = { heldUntil }
    const slow = embedding({}, { dimensions: 64 }).finish(never)
    await expect.poll(() => server.requests.length).toBe(1)
    await sql`update catalog.repos set description = 'new'`.execute(catalog.db)
    await index(1)
    release()
    await slow
    expect(await countEmbeddings(catalog.db)).toEqual({ embedded: 1, due: 0, failed: 0 })
    expect(texts().at(-1)).toContain('new')
  })

  it('enqueues repos for an engine whose documents carry vectors, and gives it the vectors', async () => {
    const given: unknown[] = []
    engine = delegatingEngine(engine, {
      carriesVectors: true,
      apply: async (batch) => {
        given.push(...(batch.vectors?.byHubId.keys() ?? []))
        return []
      },
    })
    await index(3)
    expect(given).toEqual([])
    await embedding().finish(never)
    await new SearchSync(catalog.db, engine).finish()
    expect(given.toSorted()).toEqual(['hub-1', 'hub-2', 'hub-3'])
    expect((await vectorsAmong(catalog.db, ['hub-1'])).get('hub-1')).toHaveLength(64)
  })

  it('stops in a process whose embedder was replaced by another process', async () => {
    await index(3)
    const [old, replacing] = [embedding(), embedding({}, { model: 'newer' })]
    await old.finish(never)
    await replacing.finish(never)
    await index(4, 4)
    await expect(old.finish(never)).rejects.toMatchObject({ code: 'superseded' })
    expect(await replacing.finish(never)).toEqual({ embedded: 1, failed: 0 })
    expect(await readEmbedder(catalog.db)).toMatchObject({ model: 'newer' })
  })

  it('embeds nothing for an engine without vectors, and says why', async () => {
    await index(3)
    engine = delegatingEngine(engine, {
      prepareVectors: async () => {
        throw new SearchUnavailable('vectors-unsupported', 'No pgvector.')
      },
    })
    await expect(embedding().finish(never)).rejects.toMatchObject({ code: 'vectors-unsupported' })
    expect(texts()).toEqual([])
    expect(await readEmbedder(catalog.db)).toMatchObject({ errorCode: 'vectors-unsupported', errorText: 'No pgvector.' })
  })

  it('works in the background, reports a failure once and recovers', async () => {
    await index(3)
    const reported: string[] = []
    server.faults = { status: 500 }
    const background = embedding({
      restMs: 1,
      onFailure: ({ message }) => reported.push(message),
      onRecovery: () => reported.push('recovered'),
    })
    const wakeUntil = async (isDone: () => boolean) => {
      await expect
        .poll(() => {
          background.wake()
          return isDone()
        })
        .toBe(true)
    }
    await wakeUntil(() => server.requests.length > 8)
    expect(reported).toHaveLength(1)
    server.faults = {}
    await wakeUntil(() => background.embedded === 3)
    await wakeUntil(() => reported.length === 2)
    expect(reported.at(-1)).toBe('recovered')
    await background.stop()
    background.wake()
  })

  it('stays below the number of texts per minute', async () => {
    await index(10)
    const stop = new AbortController()
    const run = embedding({ pace: new TextPace(4) }, { dimensions: 64 }).finish(stop.signal)
    run.catch(() => undefined)
    await expect.poll(() => server.requests.length).toBe(1)
    await expect.poll(async () => (await countEmbeddings(catalog.db)).embedded).toBe(4)
    stop.abort()
    await expect(run).rejects.toMatchObject({ name: 'AbortError' })
    expect(server.requests.map(({ input }) => input.length)).toEqual([4])
    expect(await catalog.value('select count(*)::int from catalog.embeddings where claimed_until is not null')).toBe(0)
  })

  it.each([
    ['no embedder is configured', undefined, {}, 'no-embedder'],
    ['hits are sorted', 'test', { sort: 'likes' }, 'not-applicable'],
    ['there are no words', 'test', { words: ' ' }, 'not-applicable'],
    ['nothing was embedded', 'test', {}, 'nothing-embedded'],
  ] as const)('takes no part in a search if %s', async (_, model, query, code) => {
    await index(3)
    const embedder = model === undefined ? undefined : new HttpEmbedder({ url: server.openaiUrl, model, timeoutMs: 10_000 })
    const parts = { db: catalog.db, search: engine, embedder }
    const { semantic } = await searchByMeaning(parts, { words: 'repo', ...query }, 0.5)
    expect(semantic).toMatchObject({ ratio: 0.5, isUsed: false, reason: { code } })
  })
})
