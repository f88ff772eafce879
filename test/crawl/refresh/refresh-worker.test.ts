import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRefreshQueue, type RefreshRequest } from '../../../src/catalog/processes/refresh-queue.ts'
import { PROCESS_DIED } from '../../../src/catalog/stages/failure-cause.ts'
import type { RefreshOutcome } from '../../../src/crawl/refresh/refresh.ts'
import { type RefreshEvent, type RefreshRun, RefreshWorker } from '../../../src/crawl/refresh/refresh-worker.ts'
import { createHubClient } from '../../../src/hub/client.ts'
import { systemClock } from '../../../src/hub/clock.ts'
import { QuotaExhausted } from '../../../src/hub/errors.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { eventually } from '../../support/eventually.ts'
import { hubIdOf, PageWriter } from '../../support/hub/pages.ts'

describe.each(anyCatalogTarget)('the queue of repos to refresh ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)
  let workers: RefreshWorker[]
  let clients: RefreshRun['hub'][]

  beforeEach(() => {
    workers = []
    // No test sends requests.
    clients = ['a', 'b'].map((token) => createHubClient({ endpoint: 'http://127.0.0.1:1', token }))
  })
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.drain(0)))
    await Promise.all(clients.map((client) => client.close()))
  })

  function queue(restMs = 0) {
    return createRefreshQueue(catalog.db, { restMs, leaseMs: 60_000 })
  }

  function work(
    refresh: (entry: RefreshRun['entry'], run: RefreshRun) => Promise<RefreshOutcome | number>,
    given: { restMs?: number; concurrency?: number; renewMs?: number } = {},
  ) {
    const events: RefreshEvent[] = []
    const worker = new RefreshWorker({
      queue: queue(given.restMs),
      clients: clients.map((hub, index) => ({ budget: `${index}`, hub })),
      refresh: async (run) => {
        const result = await refresh(run.entry, run)
        return typeof result === 'number' ? { outcome: 'written' } : result
      },
      emit: (event) => events.push(event),
      pollMs: 20,
      concurrency: 4,
      ...given,
    })
    workers.push(worker)
    return { worker, events }
  }

  function requested(id: string, hubId: string | null = null): RefreshRequest {
    return { kind: 'model', id, hubId, reason: 'webhook' }
  }

  const deleted = (id: string, hubId: string): RefreshRequest => ({ ...requested(id, hubId), isDeletion: true })

  it('refreshes queued repos, oldest first', async () => {
    await queue().add([requested('a/first')])
    await queue().add([requested('b/second')])
    await queue().add([requested('c/third')])
    const seen: string[] = []
    work(async ({ id }) => seen.push(id), { concurrency: 1 })
    await eventually(async () => expect(await queue().length()).toBe(0))
    expect(seen).toEqual(['a/first', 'b/second', 'c/third'])
  })

  it('takes repos that other processes enqueue while it waits', async () => {
    const seen: string[] = []
    work(async ({ id }) => seen.push(id))
    await queue().add([requested('a/late')])
    await eventually(() => expect(seen).toEqual(['a/late']))
  })

  it('stores a request that is repeated a thousand times as one row', async () => {
    for (let round = 0; round < 10; round++) {
      await Promise.all(Array.from({ length: 10 }, () => queue().add(Array.from({ length: 10 }, () => requested('a/same')))))
    }
    expect(await catalog.value('select count(*)::int from catalog.refresh_queue')).toBe(1)
  })

  it('refreshes a repo once more that was requested during its refresh', async () => {
    await queue().add([requested('a/busy')])
    let refreshes = 0
    work(async ({ id }) => {
      refreshes++
      if (refreshes === 1) for (let again = 0; again < 100; again++) await queue().add([requested(id)])
      return 1
    })
    await eventually(async () => expect(await queue().length()).toBe(0))
    expect(refreshes).toBe(2)
  })

  it('waits between refreshes of a repo, however often it is requested', async () => {
    let refreshes = 0
    const { worker } = work(async () => ++refreshes, { restMs: 60_000 })
    for (let again = 0; again < 100; again++) {
      await queue().add([requested('a/flood')])
      worker.wake()
    }
    await eventually(() => expect(refreshes).toBe(1))
    expect(await queue().lease(5)).toEqual([])
    expect(refreshes).toBe(1)
  })

  it('retries a failed refresh later, and reports each failure', async () => {
    await queue().add([requested('a/unlucky')])
    const { events } = work(async () => {
      throw new Error('The Hub is unreachable.')
    })
    await eventually(() => expect(events).toHaveLength(1))
    expect(events[0]).toEqual({
      type: 'refresh-failed',
      kind: 'model',
      id: 'a/unlucky',
      reason: 'The Hub is unreachable.',
      isGivenUp: false,
    })
    const [row] = await catalog.rows(
      'select attempts, last_error, is_pending, not_before > now() as rests from catalog.refresh_queue',
    )
    expect(row).toEqual({ attempts: 1, last_error: 'The Hub is unreachable.', is_pending: true, rests: true })
  })

  it('gives up after too many attempts', async () => {
    await queue().add([requested('a/hopeless')])
    await catalog.rows('update catalog.refresh_queue set attempts = 11')
    const { events } = work(async () => {
      throw new Error('Never.')
    })
    await eventually(() => expect(events).toMatchObject([{ type: 'refresh-failed', isGivenUp: true }]))
    expect(await catalog.value('select count(*)::int from catalog.refresh_queue')).toBe(0)
    expect(await catalog.rows('select * from failures')).toEqual([])
  })

  it('gives up a repo that ended several processes, and tries it once after a wait, however often it is requested', async () => {
    await new PageWriter(catalog).fullPass([{ _id: hubIdOf(1), id: 'a/deadly' }])
    const entry = requested('a/deadly', hubIdOf(1))
    await queue().add([entry])
    const { worker, events } = work(async () => ({ outcome: 'unknown', failure: PROCESS_DIED }))
    await eventually(() => expect(events).toMatchObject([{ type: 'refresh-failed', isGivenUp: true }]))
    expect(await catalog.rows('select task, cause, attempts, retry_at > now() as rests from failures')).toEqual([
      { task: 'refresh', cause: 'process-died', attempts: 1, rests: true },
    ])
    await queue().add([entry])
    worker.wake()
    expect(await queue().lease(5)).toEqual([])
    expect(await catalog.value('select deaths from catalog.refresh_queue')).toBe(3)
    await catalog.rows('update catalog.refresh_queue set not_before = now()')
    worker.wake()
    await eventually(() => expect(events).toHaveLength(2))
    await catalog.rows('update catalog.failures set retry_at = now()')
    worker.wake()
    await eventually(() => expect(events).toHaveLength(3))
    expect(await catalog.value('select attempts from failures')).toBe(3)
  })

  it('counts attempts that began and did not end', async () => {
    const entry = requested('a/repo')
    await queue().add([entry])
    for (const _ of [1, 2]) await queue().begin(entry)
    const [leased] = await queue().lease(1)
    expect(leased?.deaths).toBe(2)
    await queue().end(entry)
    expect(await catalog.value('select deaths from catalog.refresh_queue')).toBe(0)
  })

  it('stores a failure for a repo that it gives up, retries it when it is due, and resolves it on success', async () => {
    await new PageWriter(catalog).fullPass([{ _id: hubIdOf(1), id: 'a/present-name' }])
    await queue().add([requested('a/hopeless', hubIdOf(1)), requested('a/unknown', hubIdOf(2))])
    await catalog.rows('update catalog.refresh_queue set attempts = 11')
    let isFailing = true
    const seen: string[] = []
    const { worker, events } = work(async ({ id }) => {
      const failure = { cause: 'server-error', status: 503, answer: 'The Hub answered 503.' } as const
      return isFailing ? { outcome: 'unknown', failure } : seen.push(id)
    })
    await eventually(() => expect(events).toHaveLength(2))
    const failures = () =>
      catalog.rows('select task, hub_id, kind, cause, status, answer, attempts from failures order by hub_id')
    const shared = { task: 'refresh', kind: 'model', cause: 'server-error', status: 503, attempts: 1 }
    expect(await failures()).toMatchObject([
      { ...shared, hub_id: hubIdOf(1), answer: 'The Hub answered 503.' },
      { ...shared, hub_id: hubIdOf(2) },
    ])
    isFailing = false
    await catalog.rows('update catalog.failures set retry_at = now()')
    worker.wake()
    await eventually(async () => expect(await failures()).toEqual([]))
    expect(seen).toEqual(['a/present-name'])
  })

  it('stores every repo reported as deleted under a name until the name is refreshed', async () => {
    await queue().add([requested('a/name', hubIdOf(1))])
    await queue().add([deleted('a/name', hubIdOf(1)), requested('a/name', hubIdOf(2)), deleted('a/name', hubIdOf(2))])
    await queue().add([requested('a/name', hubIdOf(3))])
    const [first] = await queue().lease(1)
    expect(first?.deletedHubIds.sort()).toEqual([hubIdOf(1), hubIdOf(2)])
    await queue().add([deleted('a/name', hubIdOf(3))])
    if (first !== undefined) await queue().finish(first)
    const [second] = await queue().lease(1)
    expect(second?.deletedHubIds).toContain(hubIdOf(3))
    if (second !== undefined) await queue().finish(second)
    await queue().add([requested('a/name', hubIdOf(4))])
    expect(await queue().lease(1)).toMatchObject([{ id: 'a/name', deletedHubIds: [] }])
  })

  it('does not change an entry whose lease another process has', async () => {
    await queue().add([requested('a/slow', hubIdOf(1))])
    const [late] = await queue().lease(1)
    await catalog.rows(`update catalog.refresh_queue set lease_until = now() - interval '1 second'`)
    const [current] = await queue().lease(1)
    if (late === undefined || current === undefined) throw new Error('Expected two leases.')
    const row = () => catalog.rows('select * from catalog.refresh_queue')
    const before = await row()
    expect(before).toHaveLength(1)
    expect(await queue().renew(late)).toBe(false)
    await queue().finish(late)
    await queue().release(late)
    await queue().retryLater(late, 'Too late.', 0)
    await queue().giveUp(late, { cause: 'timeout', status: null, answer: 'Too late.' })
    expect(await row()).toEqual(before)
    expect(await catalog.rows('select * from failures')).toEqual([])
    await queue().finish(current)
    expect(await queue().length()).toBe(0)
  })

  it('leases each entry to one process at a time, and again after the lease has expired', async () => {
    await queue().add([requested('a/one'), requested('a/two')])
    const leases = await Promise.all([queue().lease(5), queue().lease(5), queue().lease(5)])
    expect(
      leases
        .flat()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['a/one', 'a/two'])
    await catalog.rows(`update catalog.refresh_queue set lease_until = now() - interval '1 second'`)
    expect(await queue().lease(5)).toHaveLength(2)
  })

  it('refreshes each entry once, however many workers there are', async () => {
    const ids = Array.from({ length: 40 }, (_, number) => `owner/repo-${number}`)
    const seen: string[] = []
    for (const _ of [1, 2, 3]) work(async ({ id }) => seen.push(id))
    await queue().add(ids.map((id) => requested(id)))
    await eventually(async () => expect(await queue().length()).toBe(0))
    expect(seen.sort()).toEqual(ids.sort())
  })

  it('releases entries in flight at a stop at once, and counts no attempt', async () => {
    await queue().add([requested('a/stopped')])
    const started = Promise.withResolvers<void>()
    const { worker, events } = work(async (_, { signal }) => {
      started.resolve()
      await once(signal, 'abort')
      throw signal.reason
    })
    await started.promise
    await worker.drain(0)
    expect(await queue().lease(5)).toMatchObject([{ id: 'a/stopped', attempts: 0 }])
    expect(events).toEqual([])
  })

  it('uses the first token with budget, or waits for the first new window, and counts no attempt', async () => {
    const [first, second] = clients.map((client) => client.budgets.api)
    const used: number[] = []
    const { events } = work(async (_, { hub }) => {
      const index = clients.indexOf(hub)
      used.push(index)
      if (index === 1 || used.length > 2) return 1
      first?.refused(systemClock.now() + 3_600_000)
      throw new QuotaExhausted(systemClock.now() + 3_600_000)
    })
    await queue().add([requested('a/repo')])
    await eventually(() => expect(events).toMatchObject([{ type: 'refreshed', id: 'a/repo' }]))
    expect(used).toEqual([0, 1])

    second?.refused(systemClock.now() + 300)
    await queue().add([requested('b/repo')])
    await eventually(() => expect(events.at(-1)).toMatchObject({ type: 'refreshed', id: 'b/repo' }))
    expect(used).toEqual([0, 1, 1])
    expect(events.map(({ type }) => type)).toEqual(['refreshed', 'refreshes-paused', 'refreshed'])
  })

  it('renews the lease of an entry in flight', async () => {
    await queue().add([requested('a/slow')])
    const leaseUntil = () => catalog.value('select lease_until::text from catalog.refresh_queue')
    const { events } = work(
      async (_) => {
        const before = await leaseUntil()
        await eventually(async () => expect(await leaseUntil()).not.toBe(before))
        return 1
      },
      { renewMs: 10 },
    )
    await eventually(() => expect(events).toMatchObject([{ type: 'refreshed' }]))
    expect(await queue().length()).toBe(0)
  })

  it('stops work on an entry whose lease it has lost', async () => {
    await queue().add([requested('a/lost')])
    const stopped = Promise.withResolvers<unknown>()
    const { events } = work(
      async (_, { signal }) => {
        await catalog.rows(`update catalog.refresh_queue set lease_until = now() + interval '1 hour'`)
        await once(signal, 'abort')
        stopped.resolve(signal.reason)
        throw signal.reason
      },
      { renewMs: 10 },
    )
    expect(String(await stopped.promise)).toContain('Another process refreshes a/lost')
    const [row] = await catalog.rows('select attempts, lease_until > now() as is_leased from catalog.refresh_queue')
    expect(row).toEqual({ attempts: 0, is_leased: true })
    expect(events).toEqual([])
  })

  it('reports once that the queue is unavailable, and resumes when it is available', async () => {
    await queue().add([requested('a/repo')])
    await catalog.rows('alter table catalog.refresh_queue rename to hidden')
    const { events, worker } = work(async () => 1)
    await eventually(() => expect(events).toMatchObject([{ type: 'queue-unavailable' }]))
    worker.wake()
    await catalog.rows('alter table catalog.hidden rename to refresh_queue')
    await eventually(() => expect(events.map(({ type }) => type)).toEqual(['queue-unavailable', 'refreshed']))
  })
})
