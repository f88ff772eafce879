import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { knownBudgets, requestRates } from '../../../src/catalog/processes/budgets.ts'
import { createStageStore } from '../../../src/catalog/stages/stage-store.ts'
import { dispatchStages } from '../../../src/crawl/tasks/dispatch-stages.ts'
import { createLanes } from '../../../src/crawl/tasks/lanes.ts'
import { createHubClient } from '../../../src/hub/client.ts'
import { createLocalTasks } from '../../../src/queue/local/local-tasks.ts'
import type { Lane, Tasks } from '../../../src/queue/tasks.ts'
import { createSampleHub, type SampleHub } from '../../../src/sample-hub/sample-hub.ts'
import { recordBudgets } from '../../../src/service/record-budgets.ts'
import { gate } from '../../queue/recorder.ts'
import { openTestCatalog, type TestCatalog } from '../../support/catalog/catalog.ts'
import { crawlOnce } from '../../support/catalog/crawl.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { sendHeartbeat, testOwner } from '../../support/catalog/owners.ts'

const SOON = { timeout: 60_000 }
const slow: Lane = { name: 'details', budget: 'slow' }
const fast: Lane = { name: 'details', budget: 'fast' }

describe.each(anyCatalogTarget)('dispatching stages ($engine)', ({ create }) => {
  let catalog: TestCatalog
  let hub: SampleHub
  let tasks: Tasks
  let stop: AbortController
  let done: string[]

  beforeAll(async () => {
    catalog = await openTestCatalog(create)
    hub = await createSampleHub({ repos: 200, seed: 9, quota: 0, quotas: { hf_slow: 500, hf_fast: 6_000 } })
    await crawlOnce(catalog, hub.url)
    // Only details are due.
    await catalog.rows(`insert into catalog.repo_stages (hub_id, stage, sha, outcome, done_at)
      select hub_id, other, sha, 'absent', now() from catalog.repos, unnest(array['card', 'parquet']) as other`)
  })
  afterAll(async () => {
    await hub.close()
    await catalog[Symbol.asyncDispose]()
  })
  beforeEach(async () => {
    await catalog.rows(`delete from catalog.repo_stages where stage = 'details'`)
    tasks = createLocalTasks()
    stop = new AbortController()
    done = []
  })
  afterEach(async () => {
    stop.abort()
    await tasks.close()
  })

  const store = () => createStageStore(catalog.connection, testOwner())

  const dispatch = (budgets: string[], capacities: Record<string, number>, idleMs = 60_000) =>
    dispatchStages({
      tasks,
      lanes: createLanes(budgets),
      store: store(),
      capacities: async () => (lane) => capacities[lane.budget ?? ''] ?? 0,
      signal: stop.signal,
      idleMs,
    })

  /** Does the tasks of a lane, with an absent result. */
  async function work(
    lane: Lane,
    { concurrency = 4, pause }: { concurrency?: number; pause?: () => Promise<void> } = {},
  ): Promise<void> {
    const stages = store()
    await sendHeartbeat(catalog)
    tasks.work(lane, {
      concurrency,
      run: async ({ task: { key } }) => {
        await pause?.()
        const claimed = await stages.claimTask('details', key)
        if (claimed === undefined) return undefined
        await stages.finishTask(claimed, { outcome: 'absent', reason: 'test' })
        done.push(key)
        return undefined
      },
      emit: () => undefined,
    })
  }

  it('fills each lane to the capacity of its token, and refills a fast one while a slow one stands still', async () => {
    const ended = dispatch(['slow', 'fast'], { slow: 5, fast: 60 })
    await vi.waitFor(async () => expect((await tasks.counts(fast)).waiting).toBe(60), SOON)
    expect(await tasks.counts(slow)).toMatchObject({ waiting: 5 })
    await work(fast)
    await vi.waitFor(() => expect(done.length).toBe(195), SOON)
    expect(await tasks.counts(slow)).toMatchObject({ waiting: 5 })
    await work(slow)
    expect((await ended).details).toBeGreaterThanOrEqual(200)
    expect(new Set(done).size).toBe(200)
    expect(done).toHaveLength(200)
  })

  it('gives an idle lane tasks that wait in others', async () => {
    const ended = dispatch(['slow', 'fast'], { slow: 200, fast: 400 }, 100)
    await vi.waitFor(async () => expect((await tasks.counts(slow)).waiting).toBeGreaterThan(50), SOON)
    await work(fast)
    await vi.waitFor(() => expect(done).toHaveLength(200), SOON)
    await work(slow)
    await ended
    expect(done).toHaveLength(200)
  })

  it('lets a repo that has become popular overtake queued ones', async () => {
    const ended = dispatch(['slow'], { slow: 40 })
    await vi.waitFor(async () => expect((await tasks.counts(slow)).waiting).toBe(40), SOON)
    const [last] = await catalog.rows(`select hub_id from catalog.repo_counters order by downloads, hub_id limit 1`)
    const hot = String(last?.['hub_id'])
    await catalog.rows(`update catalog.repo_counters set downloads = 1e12 where hub_id = '${hot}'`)
    const half = gate()
    await work(slow, { concurrency: 1, pause: async () => void (done.length === 20 && (await half.passed)) })
    await vi.waitFor(() => expect(done).toHaveLength(20), SOON)
    // The lane is half empty, so it is refilled.
    await vi.waitFor(async () => expect((await tasks.counts(slow)).waiting).toBeGreaterThan(25), SOON)
    half.open()
    await ended
    expect(done.indexOf(hot)).toBe(21)
  })

  it('weighs each token by the quota that the Hub reported to its client', async () => {
    const hubs = ['slow', 'fast'].map((budget) => ({
      budget,
      hub: createHubClient({ endpoint: hub.url, token: `hf_${budget}` }),
    }))
    for (const { hub: client } of hubs) {
      await client.repoDetail('model', String(await catalog.value('select id from models limit 1')))
    }
    await recordBudgets(catalog.db, hub.url, hubs)
    expect(await knownBudgets(catalog.db, hub.url)).toMatchObject([
      { budget: 'fast', bucket: 'api', remaining: 5_999, quota: 6_000 },
      { budget: 'slow', bucket: 'api', remaining: 499, quota: 500 },
    ])
    const lanes = createLanes(['slow', 'fast'], await requestRates(catalog.db, hub.url))
    const keys = Array.from({ length: 2_000 }, (_, index) => `model owner/name-${index}`)
    const ofSlow = keys.filter((key) => lanes.of('pass', key).budget === 'slow').length / keys.length
    expect(ofSlow).toBeGreaterThan(0.05)
    expect(ofSlow).toBeLessThan(0.11)
    for (const { hub: client } of hubs) await client.close()
  })
})
