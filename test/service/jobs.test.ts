import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { loadSettings } from '../../src/config/load-settings.ts'
import { TASK_NAMES } from '../../src/config/settings.ts'
import type { Job } from '../../src/crawl/schedule/job.ts'
import { REPO_KINDS } from '../../src/hub/kinds.ts'
import { createSampleHub, type SampleHub } from '../../src/sample-hub/sample-hub.ts'
import { PostgresSearchEngine } from '../../src/search/postgres/engine.ts'
import { createJobs } from '../../src/service/jobs.ts'
import { openHubs } from '../../src/service/open/hub.ts'
import { type OpenQueue, openQueue } from '../../src/service/open/queue.ts'
import { type RunningWorker, startWorker } from '../../src/service/task-worker.ts'
import { openTestCatalog, type TestCatalog } from '../support/catalog/catalog.ts'
import { crawlOnce } from '../support/catalog/crawl.ts'
import { anyCatalogTarget } from '../support/catalog/embedded.ts'
import { sendHeartbeat, testOwner } from '../support/catalog/owners.ts'

describe.each(anyCatalogTarget)('a job ($engine)', ({ create }) => {
  let catalog: TestCatalog
  let hub: SampleHub
  let queue: OpenQueue
  let worker: RunningWorker
  let jobs: Job[]
  const stop = new AbortController()

  beforeAll(async () => {
    catalog = await openTestCatalog(create)
  })
  afterAll(() => catalog[Symbol.asyncDispose]())
  beforeEach(async () => {
    hub = await createSampleHub({ repos: 60, seed: 41, quota: 0 })
    const platform = { dataDirectory: '/nowhere' }
    const { values: settings } = loadSettings({ environment: { HF_ENDPOINT: hub.url }, platform })
    queue = await openQueue(settings)
    const owner = testOwner()
    await sendHeartbeat(catalog, owner)
    const search = new PostgresSearchEngine(catalog.connection)
    const parts = {
      settings,
      queue,
      catalog: { ...catalog, reads: catalog.connection, replica: undefined, owner, search, embedder: undefined },
    }
    const hubs = openHubs(settings, () => undefined)
    const heartbeat = { renew: async () => undefined, markUnwritable: () => undefined }
    worker = await startWorker(TASK_NAMES, { ...parts, hubs, heartbeat, emit: () => undefined })
    jobs = createJobs(parts)
  })
  afterEach(async () => {
    await worker.drain(0)
    await queue.tasks.close()
    await hub.close()
  })

  it('that was interrupted between its passes and their sweeps resumes with the sweeps', async () => {
    const walk = () => crawlOnce(catalog, hub.url, { kinds: REPO_KINDS, confirmsRemovals: false })
    await walk()
    const dueAt = new Date()
    for (const kind of REPO_KINDS) hub.change.delete(kind, [...hub.repos(kind)][0]?.id ?? '')
    await walk()
    const full = jobs.find(({ name }) => name === 'full')
    expect(await full?.wasDoneSince?.(dueAt)).toBe(false)
    const before = hub.requests.total
    expect(await full?.run(stop.signal, { runId: '1', dueAt })).toMatchObject({
      state: 'done',
      note: expect.stringContaining('1 gone'),
    })
    // Two requests per kind, for the deleted repo and a control repo; none for a page of a listing.
    expect(hub.requests.total - before).toBe(6)
    expect(await catalog.value('select count(*)::int from repos where removed_at is not null')).toBe(3)
    expect(await full?.wasDoneSince?.(dueAt)).toBe(true)
  })
})
