import { afterEach, describe, expect, it } from 'vitest'
import { createRemovalStore } from '../../../src/catalog/passes/removal-store.ts'
import { createRefreshQueue } from '../../../src/catalog/processes/refresh-queue.ts'
import { refreshEntry } from '../../../src/crawl/refresh/refresh-entry.ts'
import { type RefreshEvent, RefreshWorker } from '../../../src/crawl/refresh/refresh-worker.ts'
import { Turns } from '../../../src/crawl/turns.ts'
import { createHubClient, type HubClient } from '../../../src/hub/client.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { eventually } from '../../support/eventually.ts'
import { freshHub } from '../../support/hub/sample-hub.ts'

describe.each(anyCatalogTarget)('refreshes of a Hub with a small quota ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)
  // The clock stands still, so the window does not end.
  const hub = freshHub({ repos: 60, seed: 5, quota: 100, now: () => 0 })
  let client: HubClient
  afterEach(() => client.close())

  async function work(ids: readonly string[], deaths = '0') {
    const queue = createRefreshQueue(catalog.db, { restMs: 3_600_000 })
    await queue.add(ids.map((id) => ({ kind: 'model', id, hubId: null, reason: 'webhook' })))
    await catalog.rows(`update catalog.refresh_queue set deaths = ${deaths}`)
    client = createHubClient({ endpoint: hub.url })
    const store = createRemovalStore(catalog.connection)
    const parts = { queue, store, includePrivate: false, turns: new Turns(), onWritten: () => undefined }
    const events: RefreshEvent[] = []
    const worker = new RefreshWorker({
      ...{ queue, concurrency: 4, clients: [{ budget: 'b', hub: client }] },
      refresh: (run) => refreshEntry(run, parts),
      emit: (event) => events.push(event),
    })
    return { worker, events }
  }

  it('send no request for a repo that ended several processes, and reset the deaths of a repo that succeeds', async () => {
    const [id = ''] = hub.repos('model').map((repo) => repo.id)
    const { worker, events } = await work([id, 'a/deadly'], `case id when 'a/deadly' then 4 else 3 end`)
    await eventually(() => expect(events).toHaveLength(2))
    await worker.drain(0)
    expect(events).toContainEqual(expect.objectContaining({ id: 'a/deadly', isGivenUp: true }))
    expect(events).toContainEqual({ type: 'refreshed', kind: 'model', id, outcome: 'written' })
    expect(hub.requests.total).toBe(1)
    expect(await catalog.rows('select id, deaths from catalog.refresh_queue')).toEqual([{ id, deaths: 0 }])
  })

  it('release entries that wait for the budget at once when the process ends', async () => {
    const ids = [...hub.repos('model')].map((repo) => repo.id)
    const { worker, events } = await work(ids)
    const leased = () => catalog.value('select count(*)::int from catalog.refresh_queue where lease_until is not null')
    // A tenth of the quota may be sent at once, then one request every few seconds.
    await eventually(() => expect(events.length).toBeGreaterThanOrEqual(10))
    await eventually(async () => expect(await leased()).toBe(4))
    // Much longer than the timeout of a test.
    await worker.drain(3_600_000)
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['refreshed']))
    const left = await catalog.rows('select attempts, deaths, lease_until from catalog.refresh_queue where is_pending')
    expect(left).toEqual(Array(ids.length - events.length).fill({ attempts: 0, deaths: 0, lease_until: null }))
  })
})
