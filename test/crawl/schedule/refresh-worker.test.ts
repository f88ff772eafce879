import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createRefreshQueue, type LeasedRefresh, type RefreshRequest } from '../../../src/catalog/refresh-queue.ts'
import { type RefreshEvent, RefreshWorker } from '../../../src/crawl/schedule/refresh-worker.ts'
import { systemClock } from '../../../src/hub/clock.ts'
import { openTestCatalog, type TestCatalog } from '../../support/catalog.ts'
import { anyCatalogTarget } from '../../support/embedded.ts'

describe.each(anyCatalogTarget)('the line of repos to refresh ($engine)', ({ create }) => {
  let catalog: TestCatalog
  let stop: AbortController
  let workers: RefreshWorker[]

  beforeAll(async () => {
    catalog = await openTestCatalog(create)
    return () => catalog[Symbol.asyncDispose]()
  })
  beforeEach(async () => {
    await catalog.rows('truncate catalog.refresh_queue')
    stop = new AbortController()
    workers = []
  })
  afterEach(async () => {
    stop.abort()
    await Promise.all(workers.map((worker) => worker.ended))
  })

  function queue(restMs = 0) {
    return createRefreshQueue(catalog.db, { restMs, leaseMs: 60_000 })
  }

  function work(
    refresh: (entry: LeasedRefresh) => Promise<string>,
    given: { restMs?: number; concurrency?: number } = {},
  ) {
    const events: RefreshEvent[] = []
    const worker = new RefreshWorker({
      queue: queue(given.restMs),
      refresh,
      clock: systemClock,
      signal: stop.signal,
      emit: (event) => events.push(event),
      pollMs: 20,
      concurrency: given.concurrency ?? 4,
    })
    workers.push(worker)
    return { worker, events }
  }

  function asked(id: string): RefreshRequest {
    return { kind: 'model', id, hubId: null, reason: 'webhook' }
  }

  it('refreshes what is in line, oldest first, and empties it', async () => {
    await queue().add([asked('a/first')])
    await queue().add([asked('b/second')])
    await queue().add([asked('c/third')])
    const seen: string[] = []
    work(async ({ id }) => `${seen.push(id)}`, { concurrency: 1 })
    await vi.waitFor(async () => expect(await queue().length()).toBe(0))
    expect(seen).toEqual(['a/first', 'b/second', 'c/third'])
  })

  it('takes what other processes put there while it waits', async () => {
    const seen: string[] = []
    work(async ({ id }) => `${seen.push(id)}`)
    await queue().add([asked('a/late')])
    await vi.waitFor(() => expect(seen).toEqual(['a/late']))
  })

  it('keeps a request repeated a thousand times as one row', async () => {
    for (let round = 0; round < 10; round++) {
      await Promise.all(
        Array.from({ length: 10 }, () => queue().add(Array.from({ length: 10 }, () => asked('a/same')))),
      )
    }
    expect(await catalog.value('select count(*)::int from catalog.refresh_queue')).toBe(1)
  })

  it('refreshes a repo once more that was asked for while it was being refreshed', async () => {
    await queue().add([asked('a/busy')])
    let refreshes = 0
    work(async ({ id }) => {
      refreshes++
      if (refreshes === 1) for (let again = 0; again < 100; again++) await queue().add([asked(id)])
      return 'present'
    })
    await vi.waitFor(async () => expect(await queue().length()).toBe(0))
    expect(refreshes).toBe(2)
  })

  it('lets a repo rest between refreshes, however often it is asked for', async () => {
    let refreshes = 0
    const { worker } = work(async () => `${++refreshes}`, { restMs: 60_000 })
    for (let again = 0; again < 100; again++) {
      await queue().add([asked('a/flood')])
      worker.wake()
    }
    await vi.waitFor(() => expect(refreshes).toBe(1))
    expect(await queue().lease(5)).toEqual([])
    expect(refreshes).toBe(1)
  })

  it('tries again later what failed, and tells each failure', async () => {
    await queue().add([asked('a/unlucky')])
    const { events } = work(async () => {
      throw new Error('The Hub is away.')
    })
    await vi.waitFor(() => expect(events).toHaveLength(1))
    expect(events[0]).toEqual({
      type: 'refresh-failed',
      kind: 'model',
      id: 'a/unlucky',
      reason: 'The Hub is away.',
      isGivenUp: false,
    })
    const [row] = await catalog.rows(
      'select attempts, last_error, is_wanted, not_before > now() as rests from catalog.refresh_queue',
    )
    expect(row).toEqual({ attempts: 1, last_error: 'The Hub is away.', is_wanted: true, rests: true })
  })

  it('gives up what has failed for long', async () => {
    await queue().add([asked('a/hopeless')])
    await catalog.rows('update catalog.refresh_queue set attempts = 11')
    const { events } = work(async () => {
      throw new Error('Never.')
    })
    await vi.waitFor(() => expect(events).toMatchObject([{ type: 'refresh-failed', isGivenUp: true }]))
    expect(await catalog.value('select count(*)::int from catalog.refresh_queue')).toBe(0)
  })

  it('gives each entry to one process at a time, and to the next once its lease has ended', async () => {
    await queue().add([asked('a/one'), asked('a/two')])
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

  it('puts back what it had in work when it is stopped', async () => {
    await queue().add([asked('a/stopped')])
    const started = Promise.withResolvers<void>()
    const { worker } = work(async () => {
      started.resolve()
      await delay(10_000, undefined, { signal: stop.signal })
      return 'present'
    })
    await started.promise
    stop.abort()
    await worker.ended
    expect(await queue().lease(5)).toMatchObject([{ id: 'a/stopped' }])
  })
})
