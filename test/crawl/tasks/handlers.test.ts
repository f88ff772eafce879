import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createCollectionStore } from '../../../src/catalog/collections/collection-store.ts'
import { createPassStore } from '../../../src/catalog/passes/pass-store.ts'
import { createRemovalStore } from '../../../src/catalog/passes/removal-store.ts'
import { createStageStore } from '../../../src/catalog/stages/stage-store.ts'
import { createHandlers } from '../../../src/crawl/tasks/handlers.ts'
import { stageTask } from '../../../src/crawl/tasks/task-data.ts'
import { Turns } from '../../../src/crawl/turns.ts'
import { createHubClient, type HubClient } from '../../../src/hub/client.ts'
import { createLocalTasks } from '../../../src/queue/local/local-tasks.ts'
import type { Lane, LaneWorker, TaskEvent, Tasks } from '../../../src/queue/tasks.ts'
import { createSampleHub, type SampleHub } from '../../../src/sample-hub/sample-hub.ts'
import { openTestCatalog, type TestCatalog } from '../../support/catalog/catalog.ts'
import { crawlOnce } from '../../support/catalog/crawl.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { sendHeartbeat, testOwner } from '../../support/catalog/owners.ts'

const TOKEN = 'hf_shared'
const WINDOW_SECS = 300
const SOON = { timeout: 60_000 }

describe.each(anyCatalogTarget)('tasks with a small quota ($engine)', ({ create }) => {
  let catalog: TestCatalog
  let hub: SampleHub
  let client: HubClient
  let tasks: Tasks
  let events: TaskEvent[]
  let fetched: string[]

  beforeAll(async () => {
    catalog = await openTestCatalog(create)
    // The window does not end while the tests run.
    const startedMs = Date.now()
    const gridMs = Math.ceil(startedMs / (WINDOW_SECS * 1000)) * WINDOW_SECS * 1000
    hub = await createSampleHub({ repos: 60, seed: 5, quota: 100, now: () => gridMs + Date.now() - startedMs })
    await crawlOnce(catalog, hub.url)
  })
  afterAll(async () => {
    await hub.close()
    await catalog[Symbol.asyncDispose]()
  })
  beforeEach(() => {
    tasks = createLocalTasks()
    events = []
    fetched = []
  })
  afterEach(async () => {
    await tasks.close()
    await client.close()
  })

  const work = async (lane: Lane): Promise<LaneWorker> => {
    const stages = createStageStore(catalog.connection, testOwner())
    await sendHeartbeat(catalog)
    const handlers = createHandlers({
      hub: client,
      options: { pageSize: 100, includePrivate: false, overlapMs: 0, maxRemovedShare: 1 },
      store: createPassStore(catalog.connection, testOwner()),
      removals: createRemovalStore(catalog.connection),
      collections: createCollectionStore(catalog.connection),
      stages,
      turns: new Turns(),
      endpoint: hub.url,
      emit: (event) => event.type === 'stage-fetched' && fetched.push(event.outcome),
      onWritten: () => undefined,
    })
    const run = handlers[lane.name as keyof typeof handlers]
    return tasks.work(lane, { concurrency: 4, run, emit: (event) => events.push(event) })
  }

  const dueOf = async (): Promise<string[]> =>
    (await catalog.rows('select hub_id from repos')).map((row) => String(row['hub_id']))
  const claims = () => catalog.value('select count(*)::int from catalog.stage_claims')

  /** Sends requests as another process with the token would. */
  async function othersSpend(token: string, times: number): Promise<void> {
    for (let sent = 0; sent < times; sent++) {
      await fetch(`${hub.url}/api/models?limit=1`, { headers: { authorization: `Bearer ${token}` } })
    }
  }

  it('pause their lane without a claim when only the reserve for other processes is left', async () => {
    client = createHubClient({ endpoint: hub.url, token: TOKEN })
    await othersSpend(TOKEN, 70)
    await client.repoTotals()
    await othersSpend(TOKEN, 24)
    await client.repoTotals()
    expect(client.budgets.api.snapshot()?.remaining).toBe(4)
    const lane = { name: 'details' } as const
    const sent = hub.requests.total
    await tasks.add(
      lane,
      (await dueOf()).map((hubId) => stageTask('details', hubId, 0)),
    )
    const worker = await work(lane)
    await vi.waitFor(() => expect(events).toMatchObject([{ type: 'lane-paused' }]), SOON)
    const untilMs = events.flatMap((event) => (event.type === 'lane-paused' ? [event.untilMs] : []))[0] ?? 0
    expect(untilMs - Date.now()).toBeGreaterThan(60_000)
    expect(await claims()).toBe(0)
    expect(await tasks.counts(lane)).toEqual({ waiting: 60, running: 0, delayed: 0 })
    expect(hub.requests.total).toBe(sent)
    await worker.drain(0)
  })

  it('are released at once when the process ends while they wait', async () => {
    client = createHubClient({ endpoint: hub.url, token: 'hf_ends' })
    const lane = { name: 'details' } as const
    const added = (await dueOf()).map((hubId) => stageTask('details', hubId, 0))
    await tasks.add(lane, added)
    const worker = await work(lane)
    // A tenth of the quota may be sent at once, then one request every few seconds.
    await vi.waitFor(() => expect(events.length).toBeGreaterThanOrEqual(10), SOON)
    await vi.waitFor(async () => expect(await tasks.counts(lane)).toMatchObject({ running: 4 }), SOON)
    // Much longer than the timeout of a test.
    await worker.drain(3_600_000)
    expect(await claims()).toBe(0)
    const done = events.length
    expect(events.map(({ type }) => type)).toEqual(Array(done).fill('task-done'))
    expect(await tasks.counts(lane)).toEqual({ waiting: added.length - done, running: 0, delayed: 0 })
  })

  it('are counted, and pause their lane when the Hub fails at everything', async () => {
    client = createHubClient({ endpoint: 'http://127.0.0.1:1', retries: 0 })
    const lane = { name: 'card' } as const
    await tasks.add(
      lane,
      (await dueOf()).map((hubId) => stageTask('card', hubId, 0)),
    )
    const worker = await work(lane)
    const paused = { type: 'lane-paused', reason: expect.stringMatching(/^10 .*127\.0\.0\.1/) }
    await vi.waitFor(() => expect(events).toContainEqual(expect.objectContaining(paused)), SOON)
    await worker.drain(0)
    expect(fetched.length).toBeGreaterThanOrEqual(10)
    expect(new Set(fetched)).toEqual(new Set(['failed']))
  })
})
