import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createScheduleStore, lastRuns, type RunEnd } from '../../../src/catalog/processes/schedules.ts'
import { readCronSchedule } from '../../../src/crawl/schedule/cron.ts'
import type { Job, ScheduleEvent } from '../../../src/crawl/schedule/job.ts'
import { type RunningSchedule, startSchedule } from '../../../src/crawl/schedule/schedule.ts'
import { openTestCatalog, type TestCatalog } from '../../support/catalog/catalog.ts'
import { catalogTargets } from '../../support/catalog/embedded.ts'
import { sendHeartbeat, testOwner } from '../../support/catalog/owners.ts'
import { DatabaseClock } from './watched-store.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** A Saturday, half past noon. */
const START = Date.parse('2027-03-06T12:30:00Z')
const DONE: RunEnd = { state: 'done', note: 'did it' }

describe.each(catalogTargets)('a schedule ($engine)', ({ create }) => {
  let catalog: TestCatalog
  let clock: DatabaseClock
  let stops: AbortController[]
  let schedules: RunningSchedule[]

  beforeAll(async () => {
    catalog = await openTestCatalog(create)
    return () => catalog[Symbol.asyncDispose]()
  })
  beforeEach(async () => {
    await catalog.rows('truncate catalog.schedule_runs')
    for (const name of ['here/1/a', 'a/1/x', 'a/2/y', 'b/1/y', 'c/1/z']) await sendHeartbeat(catalog, testOwner(name))
    clock = new DatabaseClock(START)
    stops = []
    schedules = []
  })
  afterEach(async () => {
    for (const stop of stops) stop.abort()
    await Promise.all(schedules.map((schedule) => schedule.ended))
  })

  interface Given {
    cron?: string
    run?: (signal: AbortSignal) => Promise<RunEnd>
    owner?: string
    gone?: string[]
    jitterMs?: number
    random?: () => number
    wasDoneSince?: Job['wasDoneSince']
  }

  /** Runs a schedule of one job. Starts are dates with times of day. */
  function start(given: Given = {}) {
    const stop = new AbortController()
    const starts: string[] = []
    const events: ScheduleEvent[] = []
    const { owner = 'here/1/a', gone = [], run = async () => DONE } = given
    const store = createScheduleStore(catalog.db, testOwner(owner, gone))
    const job: Job = {
      name: 'recent',
      cronSchedule: readCronSchedule(given.cron ?? '*/5 * * * *', 'UTC'),
      run: async (signal) => {
        starts.push(new Date(clock.now()).toISOString().slice(5, 16).replace('T', ' '))
        return await run(signal)
      },
      ...(given.wasDoneSince === undefined ? {} : { wasDoneSince: given.wasDoneSince }),
    }
    const schedule = startSchedule({
      jobs: [job],
      store: clock.watch(store),
      clock,
      jitterMs: given.jitterMs ?? 0,
      signal: stop.signal,
      emit: (event) => events.push(event),
      random: given.random ?? (() => 0),
    })
    stops.push(stop)
    schedules.push(schedule)
    const end = async () => {
      stop.abort(new Error('Stopped by the test.'))
      await schedule.ended
    }
    return { starts, events, end, schedule }
  }

  async function states() {
    const runs = await catalog.rows('select state from schedule_runs order by run_id')
    return runs.map((run) => run['state'])
  }

  it('runs a job at each due time and stores one row per run', async () => {
    const { starts } = start()
    await clock.runFor(16 * MINUTE_MS)
    expect(starts).toEqual(['03-06 12:30', '03-06 12:35', '03-06 12:40', '03-06 12:45'])
    const runs = await catalog.rows(
      `select job, cron, to_char(due_at at time zone 'UTC', 'HH24:MI') as due, state, note from schedule_runs order by run_id`,
    )
    expect(runs[1]).toEqual({ job: 'recent', cron: '*/5 * * * *', due: '12:35', state: 'done', note: 'did it' })
    expect(runs).toHaveLength(4)
  })

  it('runs once after several missed due times', async () => {
    const first = start({ cron: '0 3 * * *' })
    await clock.runFor(MINUTE_MS)
    await first.end()
    await clock.runUntil(START + 5 * 24 * HOUR_MS)
    const second = start({ cron: '0 3 * * *' })
    await clock.runFor(20 * HOUR_MS, MINUTE_MS)
    expect(second.starts).toEqual(['03-11 12:30', '03-12 03:00'])
  })

  it('does not run a job that was done without the schedule since it was due', async () => {
    const { starts } = start({ cron: '0 * * * *', wasDoneSince: async (since) => since.getTime() < START })
    await clock.runFor(HOUR_MS)
    expect(starts).toEqual(['03-06 13:00'])
  })

  it('starts one run after a run that outlasted several due times', async () => {
    let isFirst = true
    const { starts } = start({
      run: async (signal) => {
        if (isFirst) await clock.sleep(17 * MINUTE_MS, signal)
        isFirst = false
        return DONE
      },
    })
    await clock.runFor(26 * MINUTE_MS)
    expect(starts).toEqual(['03-06 12:30', '03-06 12:47', '03-06 12:50', '03-06 12:55'])
  })

  it('waits longer after each failure, and reports the error', async () => {
    const { starts, events } = start({
      cron: '0 3 * * *',
      run: async () => {
        throw new Error('The Hub is unreachable.')
      },
    })
    await clock.runFor(30 * MINUTE_MS)
    // The database's clock, by which no time has passed yet, decides about the wait.
    expect(starts).toEqual(['03-06 12:30'])
    expect(events.at(-1)).toMatchObject({
      type: 'run-ended',
      end: { state: 'failed', note: 'The Hub is unreachable.' },
    })
    await catalog.rows(`update catalog.schedule_runs set finished_at = finished_at - interval '61 seconds'`)
    await clock.runFor(2 * MINUTE_MS)
    expect(starts).toHaveLength(2)
    await catalog.rows(`update catalog.schedule_runs set finished_at = finished_at - interval '61 seconds'`)
    await clock.runFor(2 * MINUTE_MS)
    expect(starts).toHaveLength(2)
  })

  it('resumes an interrupted run at once', async () => {
    const waits = (signal: AbortSignal) => clock.sleep(HOUR_MS, signal).then(() => DONE)
    const first = start({ cron: '0 3 * * *', run: waits })
    await clock.runFor(MINUTE_MS)
    await first.end()
    expect(await states()).toEqual(['interrupted'])
    const second = start({ cron: '0 3 * * *' })
    await clock.runFor(2 * MINUTE_MS)
    expect(second.starts).toEqual(['03-06 12:31'])
    expect(await states()).toEqual(['interrupted', 'done'])
  })

  it('starts each run on one of two machines with the same schedule', async () => {
    const machines = [start({ owner: 'a/1/x' }), start({ owner: 'b/1/y' })]
    await clock.runFor(HOUR_MS)
    const starts = machines.flatMap((machine) => machine.starts)
    expect(starts).toHaveLength(13)
    expect(new Set(starts).size).toBe(13)
    expect(await catalog.value('select count(distinct due_at)::int from schedule_runs')).toBe(13)
  })

  it('runs a job once at a time, and takes it over from a process that died', async () => {
    const hangs = (signal: AbortSignal) => clock.sleep(24 * HOUR_MS, signal).then(() => DONE)
    start({ owner: 'a/1/x', run: hangs })
    await clock.runFor(MINUTE_MS)
    const other = start({ owner: 'b/1/y' })
    await clock.runFor(30 * MINUTE_MS)
    expect(other.starts).toEqual([])
    expect(other.events).toEqual([{ type: 'run-leased', job: 'recent', leasedBy: 'a/1/x' }])
    await other.end()

    const successor = start({ owner: 'c/1/z', gone: ['a/1/x'] })
    await clock.runFor(MINUTE_MS)
    expect(successor.starts).toEqual(['03-06 13:01'])
    expect(successor.events[0]).toMatchObject({ type: 'run-started', takenOverFrom: 'a/1/x' })
    expect(await states()).toEqual(['taken-over', 'done'])
  })

  it('closes a run whose process died after the work was done, and starts none', async () => {
    const hangs = (signal: AbortSignal) => clock.sleep(24 * HOUR_MS, signal).then(() => DONE)
    start({ cron: '0 3 * * *', owner: 'a/1/x', run: hangs })
    await clock.runFor(MINUTE_MS)
    const successor = start({ cron: '0 3 * * *', owner: 'b/1/y', gone: ['a/1/x'], wasDoneSince: async () => true })
    await clock.runFor(MINUTE_MS)
    expect(successor.starts).toEqual([])
    expect(await states()).toEqual(['taken-over'])
  })

  it('stops a run that was taken over because its process had no heartbeat', async () => {
    const hangs = (signal: AbortSignal) => clock.sleep(24 * HOUR_MS, signal).then(() => DONE)
    const silent = start({ owner: 'a/1/x', run: hangs })
    await clock.runFor(MINUTE_MS)
    await catalog.rows(`update catalog.processes set heartbeat_at = heartbeat_at - interval '61 seconds'`)
    const successor = start({ owner: 'b/1/y' })
    await clock.runFor(MINUTE_MS)
    expect(successor.starts).toHaveLength(1)
    expect(silent.events.at(-1)).toMatchObject({ type: 'run-ended', end: { state: 'interrupted' } })
    expect((await states()).slice(0, 2)).toEqual(['taken-over', 'done'])
  })

  it('follows a schedule that was changed during a run of the old one', async () => {
    const hangs = (signal: AbortSignal) => clock.sleep(24 * HOUR_MS, signal).then(() => DONE)
    start({ cron: '0 3 * * *', owner: 'a/1/x', run: hangs })
    await clock.runFor(MINUTE_MS)
    const changed = start({ cron: '*/20 * * * *', owner: 'a/2/y', gone: ['a/1/x'] })
    await clock.runFor(50 * MINUTE_MS)
    expect(changed.starts).toEqual(['03-06 12:31', '03-06 12:40', '03-06 13:00', '03-06 13:20'])
    expect((await states())[0]).toBe('taken-over')
    expect(await lastRuns(catalog.db)).toMatchObject([
      { job: 'recent', state: 'done', dueAt: new Date(START + 50 * MINUTE_MS) },
    ])
  })

  it('starts with a random delay of at most a tenth of the time between runs', async () => {
    const { starts } = start({ cron: '*/20 * * * *', jitterMs: HOUR_MS, random: () => 0.9 })
    await clock.runFor(32 * MINUTE_MS)
    expect(starts).toEqual(['03-06 12:30', '03-06 12:41', '03-06 13:01'])
    expect(await catalog.value(`select max(due_at) = '2027-03-06T13:00:00Z' from schedule_runs`)).toBe(true)
  })

  it('ignores a run that a wrong clock dated a year ahead', async () => {
    await catalog.rows(`insert into catalog.schedule_runs (job, cron, due_at, lease_owner, state, finished_at)
      values ('recent', '*/5 * * * *', '2028-03-06T12:30:00Z', 'a/1/x', 'done', now())`)
    const { starts } = start()
    await clock.runFor(6 * MINUTE_MS)
    expect(starts).toEqual(['03-06 12:30', '03-06 12:35'])
  })

  it('has heartbeats while it waits and during a long run', async () => {
    const { schedule } = start({ run: (signal) => clock.sleep(HOUR_MS, signal).then(() => DONE) })
    await clock.runFor(20 * MINUTE_MS)
    expect(schedule.silentMs()).toBeLessThanOrEqual(30_000)
  })

  it('stores runs for 90 days, and those without work for one', async () => {
    await catalog.rows(`insert into catalog.schedule_runs (job, cron, due_at, lease_owner, state, note)
      select 'recent', '*/5 * * * *', timestamptz '2027-03-06T12:29:00Z' - day * interval '1 day' - n * interval '1 second',
        'a/1/x', 'done', note
      from unnest(array[0, 2, 89, 91]) as day, unnest(array['models 1 seen', null]) with ordinality as given (note, n)`)
    start()
    await clock.runFor(1_000)
    const kept = await catalog.rows(`select extract(day from timestamptz '2027-03-06T12:30:00Z' - due_at)::int as day, note
      from schedule_runs where note is distinct from 'did it' order by 1, 2`)
    expect(kept).toEqual([
      { day: 0, note: 'models 1 seen' },
      { day: 0, note: null },
      { day: 2, note: 'models 1 seen' },
      { day: 89, note: 'models 1 seen' },
    ])
  })
})
