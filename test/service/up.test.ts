import { createServer } from 'node:net'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type CatalogConnection, openConnection } from '../../src/catalog/connection.ts'
import { findRepos } from '../../src/catalog/repos/reads.ts'
import { WebhookSender } from '../../src/sample-hub/life/webhook-sender.ts'
import { PostgresSearchEngine } from '../../src/search/postgres/engine.ts'
import type { SearchEngine } from '../../src/search/search-engine.ts'
import { anyCatalogTarget, type TestTarget } from '../support/catalog/embedded.ts'
import { sharedHub } from '../support/hub/sample-hub.ts'
import { environmentOf, hubdex } from '../support/processes/hubdex.ts'
import { firstLine, type RunningCommand, startHubdex, untilLogged } from '../support/processes/hubdex-process.ts'

const SECRET = 'a secret of the test'
const SOON = { timeout: 60_000, interval: 50 }
/** No recent pass runs by itself, so changes arrive by webhooks only. */
const SCHEDULE = { HUBDEX_SCHEDULE_RECENT: '0 4 * * *', HUBDEX_SCHEDULE_STAGES: '*/2 * * * * *' }

describe.each(anyCatalogTarget)('hubdex up ($engine)', ({ create }) => {
  const hub = sharedHub({ repos: 120, seed: 21, quota: 0 })
  let target: TestTarget
  let environment: Record<string, string>
  let up: RunningCommand
  let url: string
  let connection: CatalogConnection
  let search: SearchEngine
  let stopDeliveries: () => Promise<void>
  /** Of the process that did the first crawl. */
  let crawlMetrics: string

  beforeAll(async () => {
    target = await create()
    environment = {
      HF_ENDPOINT: hub.url,
      HUBDEX_WEBHOOK_SECRET: SECRET,
      HUBDEX_PORT: '0',
      ...SCHEDULE,
      ...environmentOf(target),
    }
    connection = await openConnection(target.target)
    search = new PostgresSearchEngine(connection)
    await startUp()
    await vi.waitFor(async () => {
      const { rows } = await connection.pool.query(`select job, state from schedule_runs where job <> 'stages' order by job`)
      expect(rows).toEqual(['collections', 'full', 'recent', 'tags'].map((job) => ({ job, state: 'done' })))
      crawlMetrics = await (await request(`${url}/metrics`)).body.text()
      expect(crawlMetrics).toMatch(/hubdex_stage_fetches_total\{stage="details",outcome="done"\} [1-9]/)
    }, SOON)
  })
  afterAll(async () => {
    up.child.kill('SIGKILL')
    await up.result
    await connection.close()
    await target.remove()
  })

  /** Starts the process, and makes the Hub send its webhooks to it. */
  async function startUp(): Promise<void> {
    up = startHubdex(['up', '--json'], environment)
    url = JSON.parse(await firstLine(up)).url
    const webhook = new WebhookSender({ url: `${url}/webhooks/hub`, secret: SECRET })
    const stop = hub.change.onChange((change) => webhook.send(change, hub.url))
    stopDeliveries = async () => {
      stop()
      await webhook.settled()
      expect(webhook.counts.failed).toBe(0)
    }
  }

  async function idsFor(words: string): Promise<string[]> {
    return (await search.search({ words })).hits.map((hit) => hit.id)
  }

  it('answers agents at /mcp', async () => {
    const { statusCode, body } = await request(`${url}/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    })
    expect([statusCode, await body.text()]).toEqual([200, expect.stringContaining('search_repos')])
  })

  it('crawls at once, then fetches stages, and reports its status over HTTP and on the command line', async () => {
    await vi.waitFor(async () => expect((await search.search({ limit: 0 })).total).toBeGreaterThanOrEqual(120), SOON)
    expect(crawlMetrics).toMatch(/hubdex_pages_total\{kind="model"\} [1-9]/)
    await vi.waitFor(async () => {
      const { rows } = await connection.pool.query(
        `select count(*)::int as runs from schedule_runs where job = 'stages' and note is not null`,
      )
      expect(rows[0].runs).toBeGreaterThan(0)
    }, SOON)

    const health = await request(`${url}/health`)
    expect(health.statusCode).toBe(200)
    expect(await health.body.json()).toMatchObject({ status: 'ok', database: { ok: true }, schedule: { ok: true } })
    const status = (await (await request(`${url}/api/status`)).body.json()) as Record<string, unknown>
    expect(status).toMatchObject({
      verdict: expect.any(Array),
      kinds: expect.any(Array),
      refreshQueue: expect.any(Number),
    })
    const list = await hubdex(['schedule', '--list', '--json'], environment)
    const jobs: Record<string, unknown>[] = JSON.parse(list.stdout)
    expect(jobs.find(({ job }) => job === 'full')).toMatchObject({ cron: '0 3 * * *', lastState: 'done' })
    expect((await hubdex(['schedule', '--list'], environment)).stdout).toMatch(/full .*0 3 \* \* \*.*done/)
  })

  it('knows every collection with its items, and shows how fresh they are', async () => {
    const { rows } = await connection.pool.query('select count(*)::int as n, bool_and(is_complete) as whole from collections')
    expect(rows).toEqual([{ n: hub.collections.state.collections.length, whole: true }])
    const { kinds, dueCollections } = JSON.parse((await hubdex(['status', '--json'], environment)).stdout)
    expect(kinds).toContainEqual(expect.objectContaining({ kind: 'collection', live: 2, lastFullAt: expect.any(String) }))
    expect(dueCollections).toBe(0)
  })

  it('makes a new repo searchable within seconds of its webhook', async () => {
    hub.change.create('model', { id: 'zoo/zebrafish-embeddings' })
    await vi.waitFor(async () => expect(await idsFor('zebrafish')).toEqual(['zoo/zebrafish-embeddings']), SOON)
  })

  it('removes a deleted repo from search', async () => {
    hub.change.create('dataset', { id: 'zoo/quagga-pictures' })
    await vi.waitFor(async () => expect(await idsFor('quagga')).toEqual(['zoo/quagga-pictures']), SOON)
    hub.change.delete('dataset', 'zoo/quagga-pictures')
    await vi.waitFor(async () => expect(await idsFor('quagga')).toEqual([]), SOON)
    const [gone] = await findRepos(connection.db, 'zoo/quagga-pictures')
    expect(gone).toMatchObject({ removedCause: 'deleted' })
  })

  it('knows a renamed repo by both names', async () => {
    hub.change.create('space', { id: 'zoo/okapi-viewer' })
    await vi.waitFor(async () => expect(await idsFor('okapi')).toEqual(['zoo/okapi-viewer']), SOON)
    hub.change.move('space', 'zoo/okapi-viewer', 'forest/giraffid-viewer')
    await vi.waitFor(async () => expect(await idsFor('giraffid')).toEqual(['forest/giraffid-viewer']), SOON)
    const [former] = await findRepos(connection.db, 'zoo/okapi-viewer')
    expect(former).toMatchObject({ id: 'forest/giraffid-viewer', askedAs: 'zoo/okapi-viewer' })
  })

  it('stops cleanly on Ctrl-C, leaves no run open, and does not crawl again after a restart', async () => {
    await stopDeliveries()
    up.child.kill('SIGINT')
    expect((await up.result).code).toBe(0)
    const open = await connection.pool.query(`select job from schedule_runs where state = 'running'`)
    expect(open.rows).toEqual([])
    const runs = `select count(*)::int as runs from schedule_runs where job in ('collections', 'full', 'recent', 'tags')`
    const before = (await connection.pool.query(runs)).rows
    await startUp()
    // Once this refresh is done, the schedule has been checked.
    await connection.pool.query(`insert into catalog.refresh_queue (kind, id, reason) values ('model', 'zoo/none', 'test')`)
    await untilLogged(up, 'zoo/none: absent')
    expect((await connection.pool.query(runs)).rows).toEqual(before)
  })
})

describe.each(anyCatalogTarget)('hubdex schedule ($engine)', ({ create }) => {
  const hub = sharedHub({ repos: 300, seed: 22, quota: 0, latencyMs: 100 })
  let target: TestTarget

  beforeAll(async () => {
    target = await create({ hasSchema: true })
  })
  afterAll(async () => {
    await target.remove()
  })

  it('has a run that was killed with -9 resumed by the next process', async () => {
    const environment = {
      HF_ENDPOINT: hub.url,
      HUBDEX_PAGE_SIZE: '10',
      HUBDEX_SCHEDULE_RECENT: 'off',
      HUBDEX_SCHEDULE_TAGS: 'off',
      HUBDEX_SCHEDULE_COLLECTIONS: 'off',
      HUBDEX_SCHEDULE_STAGES: 'off',
      ...environmentOf(target),
    }
    const connection = await openConnection(target.target)
    const first = startHubdex(['schedule'], environment)
    await untilLogged(first, '"event":"run-started","job":"full"')
    await vi.waitFor(async () => {
      const { rows } = await connection.pool.query('select coalesce(sum(pages), 0)::int as pages from passes')
      expect(rows[0].pages).toBeGreaterThan(3)
    }, SOON)
    first.child.kill('SIGKILL')
    await first.result

    // A schedule that was changed meanwhile takes effect.
    const second = startHubdex(['schedule'], { ...environment, HUBDEX_SCHEDULE_FULL: '*/7 * * * *' })
    await untilLogged(second, '"event":"run-ended","job":"full","state":"done"')
    second.child.kill('SIGINT')
    expect((await second.result).code).toBe(0)
    const { rows } = await connection.pool.query(
      `select cron, state from schedule_runs where job = 'full' order by run_id limit 2`,
    )
    expect(rows).toEqual([
      { cron: '0 3 * * *', state: 'taken-over' },
      { cron: '*/7 * * * *', state: 'done' },
    ])
    const repos = await connection.pool.query('select count(*)::int as repos from repos')
    expect(repos.rows).toEqual([{ repos: 300 }])
    await connection.close()
  })

  it.each([
    ['HUBDEX_SCHEDULE_FULL', 'every day'],
    ['HUBDEX_SCHEDULE_RECENT', '61 * * * *'],
    ['HUBDEX_SCHEDULE_TAGS', '0 0 30 2 *'],
    ['HUBDEX_SCHEDULE_STAGES', '* * * * * * *'],
    ['HUBDEX_SCHEDULE_TIME_ZONE', 'Mars/Olympus'],
    ['HUBDEX_WEBHOOK_SECRET', 'short'],
    ['HUBDEX_PORT', '65536'],
  ])('rejects %s=%s at startup, and names the setting', async (name, value) => {
    const { code, stderr } = await hubdex(['schedule', '--list'], { ...environmentOf(target), [name]: value })
    expect(stderr).toContain(name)
    expect(code).toBe(2)
  })

  it('lists jobs that are off', async () => {
    const { stdout } = await hubdex(['schedule', '--list', '--json'], {
      ...environmentOf(target),
      HUBDEX_SCHEDULE_TAGS: 'off',
    })
    const tags = JSON.parse(stdout).find(({ job }: { job: string }) => job === 'tags')
    expect(tags).toMatchObject({ cron: 'off', nextDueAt: null })
  })

  it('names a port that is in use, and says what to do', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    const address = await new Promise<{ port: number }>((resolve) =>
      taken.once('listening', () => resolve(taken.address() as { port: number })),
    )
    const settings = {
      HF_ENDPOINT: hub.url,
      HUBDEX_SCHEDULE_FULL: 'off',
      HUBDEX_SCHEDULE_RECENT: 'off',
      HUBDEX_SCHEDULE_TAGS: 'off',
      HUBDEX_SCHEDULE_COLLECTIONS: 'off',
      HUBDEX_SCHEDULE_STAGES: 'off',
    }
    const { code, stderr } = await hubdex(['up', '--port', String(address.port)], {
      ...environmentOf(target),
      ...settings,
    })
    expect(code).toBe(1)
    expect(stderr).toMatch(new RegExp(`Port ${address.port} .*--port`))
    taken.close()
  })
})
