import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openConnection } from '../../src/catalog/connection.ts'
import { createSampleHub, type SampleHub } from '../../src/sample-hub/sample-hub.ts'
import { PostgresSearchEngine } from '../../src/search/postgres/engine.ts'
import { anyCatalogTarget, type CatalogTargetKind, catalogTargets, type TestTarget } from '../support/catalog/embedded.ts'
import { environmentOf, hubdex } from '../support/processes/hubdex.ts'
import { startHubdex, untilLogged } from '../support/processes/hubdex-process.ts'
import { Lives } from '../support/processes/lives.ts'

/** The result of a crawl, without times and counts of the runs. */
const STATE = `select
  (select md5(string_agg(concat_ws('|', hub_id, id, kind, content_hash, payload::text), ',' order by hub_id)) from catalog.repos) as repos,
  (select md5(string_agg(concat_ws('|', hub_id, likes, downloads, trending_score), ',' order by hub_id)) from catalog.repo_counters) as counters,
  (select md5(string_agg(concat_ws('|', kind, type, id, label), ',' order by kind, type, id collate "C")) from catalog.tags) as tags,
  (select sum(inserted)::int from catalog.passes where kind <> 'tags') as inserted,
  (select count(*)::int from catalog.passes where state <> 'complete') as unfinished,
  (select count(*)::int from catalog.search_outbox) as outbox,
  (select count(*)::int from catalog.stage_claims) as claims,
  (select count(*)::int from catalog.failures) as failures,
  (select md5(string_agg(concat_ws('|', hub_id, stage, sha, outcome, reason), ',' order by hub_id, stage)) from catalog.repo_stages) as stages,
  (select md5(string_agg(s::text, ',' order by hub_id, position)) from catalog.parquet_splits s) as splits,
  (select md5(string_agg(c::text, ',' order by hub_id)) from catalog.cards c) as cards,
  (select md5(string_agg(f::text, ',' order by hub_id)) from catalog.repo_files f) as files`

// Few runs, because each starts a process: test/soak/kills.ts does hundreds, killed at random moments.
describe('an interrupted crawl', () => {
  let hub: SampleHub
  let unbroken: unknown
  let lives = new Lives()
  let note: (url: string) => void = () => undefined

  beforeAll(async () => {
    // With pages of 3 repos and slow responses, a run spends most of its seconds in the middle of a page or stage.
    hub = await createSampleHub({
      ...{ repos: 24, seed: 11, quota: 0, latencyMs: 10 },
      onRequest: (url) => {
        lives.count(url)
        note(url)
      },
    })
    const [anyEngine] = anyCatalogTarget
    if (anyEngine === undefined) throw new Error('There is no engine for a catalog.')
    await withTarget(anyEngine, async (target) => {
      await complete(target)
      unbroken = await stateOf(target)
    })
  })
  afterAll(async () => {
    await hub.close()
  })

  const commandLine = ['crawl', '--stage-requests', '100000', '--json']
  const environment = (target: TestTarget) => ({ HF_ENDPOINT: hub.url, HUBDEX_PAGE_SIZE: '3', ...environmentOf(target) })

  function start(target: TestTarget, flags: readonly string[] = []) {
    return startHubdex([...commandLine, ...flags], environment(target))
  }

  /** Crawls to the end, in this process. */
  async function complete(target: TestTarget): Promise<void> {
    const { code, stderr } = await hubdex(commandLine, environment(target))
    if (code !== 0) throw new Error(stderr)
  }

  it.each(catalogTargets)('by kill -9 has the usual result once resumed ($engine)', async (engine) => {
    // After so many requests, the first tasks of that run are stored and others are in flight.
    const moments = [
      { stages: 'none', asked: /direction=1/, times: 4 },
      { stages: 'details', asked: /blobs=true/, times: 9 },
      { stages: 'parquet', asked: /refs%2Fconvert/, times: 6 },
      { stages: 'card', asked: /README\.md/, times: 9 },
    ]
    await withTarget(engine, async (target) => {
      lives = new Lives()
      // An embedded engine takes seconds to start, and how it recovers does not depend on the stage.
      for (const { stages, asked, times } of engine.engine === 'embedded' ? moments.slice(-1) : moments) {
        const moment = Promise.withResolvers<string>()
        let count = 0
        note = (url) => asked.test(url) && ++count === times && moment.resolve('reached')
        const crawl = start(target, ['--stages', stages])
        expect([stages, await Promise.race([moment.promise, crawl.result])]).toEqual([stages, 'reached'])
        crawl.child.kill('SIGKILL')
        await crawl.result
        lives.end()
      }
      await complete(target)
      lives.end()
      expect(await stateOf(target)).toEqual(unbroken)
      expect(lives.isWithinBounds).toBe(true)
    })
  })

  // How an embedded engine shuts down has tests of its own.
  it.each(anyCatalogTarget)(
    'by Ctrl-C ends within the page with exit code 130, and can be resumed ($engine)',
    async (engine) => {
      await withTarget(engine, async (target) => {
        const crawl = start(target)
        await untilLogged(crawl, 'models')
        crawl.child.kill('SIGINT')
        const { code, stdout } = await crawl.result
        expect(code).toBe(130)
        const { passes } = JSON.parse(stdout)
        expect(passes[0]).toMatchObject({ kind: 'model', state: 'interrupted' })
        await complete(target)
        expect(await stateOf(target)).toEqual(unbroken)
      })
    },
  )

  async function withTarget({ create }: CatalogTargetKind, use: (target: TestTarget) => Promise<void>): Promise<void> {
    const target = await create({ hasSchema: true })
    try {
      await use(target)
    } finally {
      await target.remove()
    }
  }

  async function stateOf({ target }: TestTarget) {
    const connection = await openConnection(target)
    try {
      const { rows } = await connection.pool.query(STATE)
      const search = new PostgresSearchEngine(connection)
      const { total, facets } = await search.search({ facets: ['kind', 'license', 'author'], limit: 0 })
      return { ...rows[0], total, facets }
    } finally {
      await connection.close()
    }
  }
})
