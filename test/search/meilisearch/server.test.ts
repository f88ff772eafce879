import { randomUUID } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Meilisearch } from 'meilisearch'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { MeilisearchEngine, type MeilisearchEngineOptions } from '../../../src/search/meilisearch/engine.ts'
import { NEEDED_ACTIONS } from '../../../src/search/meilisearch/server/check-server.ts'
import { SearchUnavailable } from '../../../src/search/search-unavailable.ts'
import { MEILI_MASTER_KEY, startLocalMeilisearch } from '../../support/servers/local-meilisearch.ts'
import { freePort, type ThrowawayServer } from '../../support/servers/throwaway-server.ts'
import { searchDocument } from '../search-document.ts'

const url = inject('meiliUrl') ?? ''

describe.skipIf(url === '')('a real Meilisearch', () => {
  const master = new Meilisearch({
    host: url || 'http://localhost',
    apiKey: inject('meiliKey'),
    defaultWaitOptions: { timeout: 60_000 },
  })
  const engineOf = (options: Partial<MeilisearchEngineOptions>) =>
    new MeilisearchEngine({ url, apiKey: inject('meiliKey'), index: 'server', waitMs: 0, ...options })

  async function keyFor(actions: readonly string[], ...indexes: string[]): Promise<string> {
    const made = await master.createKey({ actions: [...actions], indexes, expiresAt: null })
    return made.key
  }

  describe('with a key', () => {
    it('needs only the listed rights, on two indexes', async () => {
      const apiKey = await keyFor(NEEDED_ACTIONS, 'least', 'least_next')
      const engine = engineOf({ apiKey, index: 'least' })
      await engine.prepare()
      const document = searchDocument({ id: 'a/one' })
      await engine.apply({ upserts: [document], counters: [{ ...document }], removals: ['other'] })
      const build = await engine.build()
      await build.apply({ upserts: [document, searchDocument({ id: 'a/two' })] })
      await build.activate()
      await build.cleanUp()
      expect((await engine.search({ words: 'one' })).total).toBe(1)
      expect(await engine.count()).toBe(2)
      expect(await engine.identity()).toBe(build.identity)
      await engine.prepare()
    })

    it('reports missing rights and how to create a key that has them', async () => {
      const actions = NEEDED_ACTIONS.filter((action) => !['settings.update', 'indexes.swap'].includes(action))
      const apiKey = await keyFor(actions, 'least', 'least_next')
      await expect(engineOf({ apiKey, index: 'least' }).prepare()).rejects.toMatchObject({
        code: 'rights-missing',
        message: expect.stringMatching(/ indexes\.swap, settings\.update\..*"indexes":\["least","least_next"\]/s),
      })
    })

    it('reports a key that is for searching only', async () => {
      const apiKey = await keyFor(['search'], '*')
      await expect(engineOf({ apiKey }).prepare()).rejects.toMatchObject({
        code: 'rights-missing',
        message: expect.stringContaining('documents.add, documents.get,'),
      })
    })

    it('reports an unknown or missing key, without showing it', async () => {
      const wrong = engineOf({ apiKey: 'not-the-key-at-all' }).prepare()
      await expect(wrong).rejects.toMatchObject({ code: 'key-refused' })
      await expect(wrong).rejects.not.toThrow(/not-the-key-at-all/)
      await expect(engineOf({ apiKey: undefined }).prepare()).rejects.toMatchObject({ code: 'key-missing' })
    })
  })

  describe('with an index', () => {
    it('refuses one that hubdex did not create', async () => {
      await master.createIndex('movies', { primaryKey: 'movie' }).waitTask()
      await expect(engineOf({ index: 'movies' }).prepare()).rejects.toMatchObject({
        code: 'foreign-index',
        message: expect.stringMatching(/ movie, .* key\. .*HUBDEX_MEILI_INDEX/),
      })
    })

    it('restores settings that were changed by hand, while searches continue', async () => {
      const engine = engineOf({ index: 'drifted' })
      await engine.prepare()
      const documents = Array.from({ length: 2_000 }, (_, index) =>
        searchDocument({ id: `a/repo-${index}`, tags: [`tag-${index}`], license: ['mit'] }),
      )
      await engine.apply({ upserts: documents })
      await master
        .index('drifted')
        .updateSettings({ searchableAttributes: ['words.name'], typoTolerance: { enabled: false }, synonyms: {} })
        .waitTask()
      expect((await engine.search({ words: 'tag' })).total).toBe(0)

      let isRestoring = true
      const totals = new Set<number>()
      const searching = (async () => {
        while (isRestoring) {
          totals.add((await engine.search({ words: 'tag' })).total)
          expect((await engine.search({ filters: { license: ['mit'] }, facets: ['license'] })).total).toBe(2_000)
        }
      })()
      expect(await engine.prepare()).toEqual(expect.arrayContaining(['searchableAttributes', 'typoTolerance', 'synonyms']))
      isRestoring = false
      await searching
      expect([...totals].filter((total) => total !== 0 && total !== 2_000)).toEqual([])
      expect((await engine.search({ words: 'tag' })).total).toBe(2_000)
      expect((await engine.search({ words: 'repp', limit: 1 })).total).toBe(0)
      expect((await engine.search({ words: 'asr' })).total).toBe(0)
    })

    it('changes no correct setting, and none of an index that a newer program maintains', async () => {
      // The server may have tasks of an earlier run.
      const index = `steady-${randomUUID()}`
      const engine = engineOf({ index })
      expect(await engine.prepare()).toEqual([])
      expect(await engine.prepare()).toEqual([])
      await master
        .index(index)
        .updateSettings({ stopWords: ['x'] })
        .waitTask()
      expect(await engine.prepare({ isReadOnly: true })).toEqual([])
      expect((await master.index(index).getSettings()).stopWords).toEqual(['x'])
      await master.index(index).updateSettings({ stopWords: [] }).waitTask()
      const { results } = await master.tasks.getTasks({ indexUids: [index], types: ['settingsUpdate'] })
      expect(results).toHaveLength(3)
    })

    it('reports an index that was deleted while in use', async () => {
      const engine = engineOf({ index: 'deleted' })
      await engine.prepare()
      await master.index('deleted').delete().waitTask()
      await expect(engine.search({})).rejects.toMatchObject({ code: 'broken-index' })
    })
  })

  describe('with a document that it refuses', () => {
    it('reports that one and accepts the others', async () => {
      const engine = engineOf({ index: 'poisoned' })
      await engine.prepare()
      const documents = Array.from({ length: 50 }, (_, index) => searchDocument({ id: `a/repo-${index}` }))
      Object.assign(documents[17] ?? {}, { _vectors: { any: 'text' } })
      Object.assign(documents[40] ?? {}, { _vectors: 5 })
      const refused = await engine.apply({ upserts: documents })
      expect(await engine.count()).toBe(48)
      expect(refused.map(({ hubId }) => hubId)).toEqual([documents[17]?.hubId, documents[40]?.hubId])
    })

    it('deletes the outdated version', async () => {
      const engine = engineOf({ index: 'outdated' })
      await engine.prepare()
      const document = searchDocument({ id: 'a/repo' })
      await engine.apply({ upserts: [document, searchDocument({ id: 'a/other' })] })
      Object.assign(document, { _vectors: 5 })
      await engine.apply({ upserts: [document, searchDocument({ id: 'a/other' })] })
      expect((await engine.search({})).hits.map(({ id }) => id)).toEqual(['a/other'])
    })

    it('refuses none if it fails for all of them', async () => {
      const engine = engineOf({ index: 'failing' })
      await engine.prepare()
      const documents = Array.from({ length: 8 }, (_, index) => searchDocument({ id: `a/repo-${index}` }))
      for (const document of documents) Object.assign(document, { _vectors: 5 })
      await expect(engine.apply({ upserts: documents })).rejects.toMatchObject({ code: 'task-failed' })
    })
  })

  describe('with a low limit on request size', () => {
    let server: ThrowawayServer | undefined
    beforeAll(async () => {
      server = await startLocalMeilisearch({ settings: ['--http-payload-size-limit', '20kB'] })
    })
    afterAll(() => server?.stop())

    it('gets smaller requests, and all documents but one that is too large alone', async (context) => {
      if (server === undefined) return context.skip('no Meilisearch is installed')
      const engine = engineOf({ url: server.url, apiKey: MEILI_MASTER_KEY })
      await engine.prepare()
      const documents = Array.from({ length: 60 }, (_, index) =>
        searchDocument({ id: `a/repo-${index}`, description: 'x'.repeat(index === 30 ? 40_000 : 100) }),
      )
      const refused = await engine.apply({ upserts: documents })
      expect(await engine.count()).toBe(59)
      expect(refused).toEqual([{ hubId: documents[30]?.hubId, reason: expect.stringMatching('payload') }])
    })
  })

  it('may start later than the process that needs it', async (context) => {
    const port = await freePort()
    const preparing = engineOf({
      url: `http://127.0.0.1:${port}`,
      apiKey: MEILI_MASTER_KEY,
      waitMs: 15_000,
    }).prepare()
    preparing.catch(() => undefined)
    const server = await startLocalMeilisearch({ port })
    if (server === undefined) return context.skip('no Meilisearch is installed')
    try {
      await preparing
    } finally {
      await server.stop()
    }
  })
})

describe('a server that is not a usable Meilisearch', () => {
  async function codeOf(answer: RequestListener): Promise<string> {
    const server = createServer(answer)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const engine = new MeilisearchEngine({
      url: `http://127.0.0.1:${port}`,
      apiKey: 'key',
      index: 'x',
      waitMs: 0,
    })
    try {
      return await engine.prepare().then(
        () => 'nothing',
        (error: unknown) => (error instanceof SearchUnavailable ? error.code : `not that: ${String(error)}`),
      )
    } finally {
      server.close()
    }
  }

  const json = (response: Parameters<RequestListener>[1], status: number, body: object) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

  it('is reported if it responds with a page', async () => {
    expect(await codeOf((_, response) => response.end('<html>Welcome</html>'))).toBe('not-meilisearch')
  })

  it('is reported if it is another service with JSON', async () => {
    expect(await codeOf((_, response) => json(response, 200, { ok: true }))).toBe('not-meilisearch')
  })

  it('is reported if it is too old', async () => {
    const code = await codeOf((request, response) =>
      request.url === '/health'
        ? json(response, 200, { status: 'available' })
        : json(response, 400, { code: 'bad_request', message: 'Unknown parameter `skipCreation`', type: '', link: '' }),
    )
    expect(code).toBe('too-old')
  })

  it('is reported if it is unreachable', async () => {
    const port = await freePort()
    const engine = new MeilisearchEngine({ url: `http://127.0.0.1:${port}`, index: 'x', waitMs: 0 })
    await expect(engine.prepare()).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining(`:${port}`),
    })
  })
})
