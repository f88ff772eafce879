import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { ActiveIndexGuard } from '../../../src/search/indexing/active-index-guard.ts'
import { checkIndex } from '../../../src/search/indexing/check.ts'
import { SearchSync } from '../../../src/search/indexing/sync.ts'
import { MeilisearchEngine } from '../../../src/search/meilisearch/engine.ts'
import { SearchUnavailable } from '../../../src/search/search-unavailable.ts'
import { openTestCatalog, type TestCatalog } from '../../support/catalog/catalog.ts'
import { MEILI_MASTER_KEY, startLocalMeilisearch } from '../../support/servers/local-meilisearch.ts'
import { freePort, type ThrowawayServer } from '../../support/servers/throwaway-server.ts'
import { delegatingEngine } from '../delegating-engine.ts'
import { writeEnqueued } from '../indexing/enqueued-repos.ts'

describe.skipIf(inject('meiliUrl') === undefined)('a Meilisearch that is stopped for a while', () => {
  let catalog: TestCatalog
  let folder: string
  let port: number
  let server: ThrowawayServer | undefined

  beforeAll(async () => {
    catalog = await openTestCatalog()
    folder = await mkdtemp(join(inject('scratchDirectory'), 'meilisearch-'))
    port = await freePort()
  })
  afterAll(async () => {
    await server?.stop()
    await catalog?.[Symbol.asyncDispose]()
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  })

  const start = async () => {
    server = await startLocalMeilisearch({ port, folder })
    return server !== undefined
  }
  const engineOf = (waitMs: number) =>
    new ActiveIndexGuard(
      catalog.db,
      new MeilisearchEngine({ url: `http://127.0.0.1:${port}`, apiKey: MEILI_MASTER_KEY, index: 'repos', waitMs }),
    )

  const write = (first: number, last: number, license: string) => writeEnqueued(catalog.db, { first, last, license })

  it('stops no crawl, is reported to searches, and is brought up to date afterwards', async (context) => {
    if (!(await start())) return context.skip('no Meilisearch is installed')
    const engine = engineOf(0)
    await engine.search({})
    await write(1, 300, 'old')
    let batches = 0
    const stopping = delegatingEngine(engine, {
      apply: async (batch) => {
        if (++batches === 3) await server?.stop()
        return await engine.apply(batch)
      },
    })
    await expect(new SearchSync(catalog.db, stopping, { batchSize: 50 }).finish()).rejects.toThrow(SearchUnavailable)
    await write(100, 200, 'new')
    await expect(engine.search({})).rejects.toMatchObject({ code: 'unreachable' })
    expect(await catalog.value('select count(*)::int from catalog.search_outbox')).toBe(200 + 101)

    await start()
    await new SearchSync(catalog.db, engine, { batchSize: 50 }).finish()
    expect((await engine.search({ facets: ['license'] })).facets.license).toEqual({ old: 199, new: 101 })
    expect(await checkIndex(catalog.db, engine, { sample: 1_000, batchSize: 500 })).toMatchObject({ hasDrifted: false })
  })

  it('is waited for during a restart', async (context) => {
    if (server === undefined) return context.skip('no Meilisearch is installed')
    const engine = engineOf(15_000)
    await engine.prepare()
    await write(301, 400, 'newer')
    await server.stop()
    const finished = new SearchSync(catalog.db, engine, { batchSize: 50 }).finish()
    await start()
    await finished
    expect(await engine.count()).toBe(400)
  })
})
