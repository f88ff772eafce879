import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createRefreshQueue,
  type LeasedRefresh,
  type RefreshRequest,
} from '../../../src/catalog/processes/refresh-queue.ts'
import { PROCESS_DIED } from '../../../src/catalog/stages/failure-cause.ts'
import { type RefreshEvent, RefreshUnclear, RefreshWorker } from '../../../src/crawl/refresh/refresh-worker.ts'
import { systemClock } from '../../../src/hub/clock.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { eventually } from '../../support/eventually.ts'
import { hubIdOf, PageWriter } from '../../support/hub/pages.ts'

describe.each(anyCatalogTarget)('the line of repos to refresh ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)
  let stop: AbortController
  let workers: RefreshWorker[]

  beforeEach(() => {
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

  function asked(id: string, hubId: string | null = null): RefreshRequest {
    return { kind: 'model', id, hubId, reason: 'webhook' }
  }

  const deleted = (id: string, hubId: string): RefreshRequest => ({ ...asked(id, hubId), isDeletion: true })

  it('refreshes what is in line, oldest first, and empties it', async () => {
    await queue().add([asked('a/first')])
    await queue().add([asked('b/second')])
    await queue().add([asked('c/third')])
    const seen: string[] = []
    work(async ({ id }) => `${seen.push(id)}`, { concurrency: 1 })
    await eventually(async () => expect(await queue().length()).toBe(0))
    expect(seen).toEqual(['a/first', 'b/second', 'c/third'])
  })

  it('takes what other processes put there while it waits', async () => {
    const seen: string[] = []
    work(async ({ id }) => `${seen.push(id)}`)
    await queue().add([asked('a/late')])
    await eventually(() => expect(seen).toEqual(['a/late']))
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
    await eventually(async () => expect(await queue().length()).toBe(0))
    expect(refreshes).toBe(2)
  })

  it('lets a repo rest between refreshes, however often it is asked for', async () => {
    let refreshes = 0
    const { worker } = work(async () => `${++refreshes}`, { restMs: 60_000 })
    for (let again = 0; again < 100; again++) {
      await queue().add([asked('a/flood')])
      worker.wake()
    }
    await eventually(() => expect(refreshes).toBe(1))
    expect(await queue().lease(5)).toEqual([])
    expect(refreshes).toBe(1)
  })

  it('tries again later what failed, and tells each failure', async () => {
    await queue().add([asked('a/unlucky')])
    const { events } = work(async () => {
      throw new Error('The Hub is away.')
    })
    await eventually(() => expect(events).toHaveLength(1))
    expect(events[0]).toEqual({
      type: 'refresh-failed',
      kind: 'model',
      id: 'a/unlucky',
      reason: 'The Hub is away.',
      isGivenUp: false,
    })
    const [row] = await catalog.rows(
      'select attempts, last_error, is_pending, not_before > now() as rests from catalog.refresh_queue',
    )
    expect(row).toEqual({ attempts: 1, last_error: 'The Hub is away.', is_pending: true, rests: true })
  })

  it('gives up what has failed for long', async () => {
    await queue().add([asked('a/hopeless')])
    await catalog.rows('update catalog.refresh_queue set attempts = 11')
    const { events } = work(async () => {
      throw new Error('Never.')
    })
    await eventually(() => expect(events).toMatchObject([{ type: 'refresh-failed', isGivenUp: true }]))
    expect(await catalog.value('select count(*)::int from catalog.refresh_queue')).toBe(0)
    expect(await catalog.rows('select * from failures')).toEqual([])
  })

  it('gives up at once what ended the processes of several tries, lets it rest however often it is asked for, and then tries once', async () => {
    await new PageWriter(catalog).fullPass([{ _id: hubIdOf(1), id: 'a/deadly' }])
    const entry = asked('a/deadly', hubIdOf(1))
    await queue().add([entry])
    const { worker, events } = work(async () => {
      throw new RefreshUnclear(PROCESS_DIED)
    })
    await eventually(() => expect(events).toMatchObject([{ type: 'refresh-failed', isGivenUp: true }]))
    expect(await catalog.rows('select task, cause, attempts, retry_at > now() as rests from failures')).toEqual([
      { task: 'refresh', cause: 'process-died', attempts: 1, rests: true },
    ])
    await queue().add([entry])
    worker.wake()
    expect(await queue().lease(5)).toEqual([])
    expect(await queue().deaths(entry)).toBe(3)
    await catalog.rows('update catalog.refresh_queue set not_before = now()')
    worker.wake()
    await eventually(() => expect(events).toHaveLength(2))
    await catalog.rows('update catalog.failures set retry_at = now()')
    worker.wake()
    await eventually(() => expect(events).toHaveLength(3))
    expect(await catalog.value('select attempts from failures')).toBe(3)
  })

  it('counts the tries that were begun and did not end', async () => {
    const entry = asked('a/repo')
    await queue().add([entry])
    for (const _ of [1, 2]) await queue().begin(entry)
    expect(await queue().deaths(entry)).toBe(2)
    await queue().end(entry)
    expect(await queue().deaths(entry)).toBe(0)
  })

  it('keeps what it gave up as a failure, asks again after its rest, and drops it when that goes well', async () => {
    await new PageWriter(catalog).fullPass([{ _id: hubIdOf(1), id: 'a/present-name' }])
    await queue().add([asked('a/hopeless', hubIdOf(1)), asked('a/unknown', hubIdOf(2))])
    await catalog.rows('update catalog.refresh_queue set attempts = 11')
    let isAway = true
    const seen: string[] = []
    const { worker, events } = work(async ({ id }) => {
      const failure = { cause: 'server-error', status: 503, answer: 'The Hub answered 503.' } as const
      if (isAway) throw new RefreshUnclear(failure)
      return `${seen.push(id)}`
    })
    await eventually(() => expect(events).toHaveLength(2))
    const failures = () =>
      catalog.rows('select task, hub_id, kind, cause, status, answer, attempts from failures order by hub_id')
    const kept = { task: 'refresh', kind: 'model', cause: 'server-error', status: 503, attempts: 1 }
    expect(await failures()).toMatchObject([
      { ...kept, hub_id: hubIdOf(1), answer: 'The Hub answered 503.' },
      { ...kept, hub_id: hubIdOf(2) },
    ])
    isAway = false
    await catalog.rows('update catalog.failures set retry_at = now()')
    worker.wake()
    await eventually(async () => expect(await failures()).toEqual([]))
    expect(seen).toEqual(['a/present-name'])
  })

  it('remembers every repo that is said to be deleted under a name, until that is refreshed', async () => {
    await queue().add([asked('a/name', hubIdOf(1))])
    await queue().add([deleted('a/name', hubIdOf(1)), asked('a/name', hubIdOf(2)), deleted('a/name', hubIdOf(2))])
    await queue().add([asked('a/name', hubIdOf(3))])
    const [first] = await queue().lease(1)
    expect(first?.deletedHubIds.sort()).toEqual([hubIdOf(1), hubIdOf(2)])
    await queue().add([deleted('a/name', hubIdOf(3))])
    if (first !== undefined) await queue().finish(first)
    const [second] = await queue().lease(1)
    expect(second?.deletedHubIds).toContain(hubIdOf(3))
    if (second !== undefined) await queue().finish(second)
    await queue().add([asked('a/name', hubIdOf(4))])
    expect(await queue().lease(1)).toMatchObject([{ id: 'a/name', deletedHubIds: [] }])
  })

  it('leaves an entry alone that another process has by now', async () => {
    await queue().add([asked('a/slow', hubIdOf(1))])
    const [late] = await queue().lease(1)
    await catalog.rows(`update catalog.refresh_queue set lease_until = now() - interval '1 second'`)
    const [present] = await queue().lease(1)
    if (late === undefined || present === undefined) throw new Error('Expected two leases.')
    const row = () => catalog.rows('select * from catalog.refresh_queue')
    const before = await row()
    expect(before).toHaveLength(1)
    await queue().finish(late)
    await queue().putBack(late, 'Too late.', 0)
    await queue().giveUp(late, { cause: 'timeout', status: null, answer: 'Too late.' })
    expect(await row()).toEqual(before)
    expect(await catalog.rows('select * from failures')).toEqual([])
    await queue().finish(present)
    expect(await queue().length()).toBe(0)
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
