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

  /** Keeps a schedule of one job; the starts of its runs are times of day. */
  function keep(given: Given = {}) {
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

  it('runs a job at each due time, each run a row', async () => {
    const { starts } = keep()
    await clock.runFor(16 * MINUTE_MS)
    expect(starts).toEqual(['03-06 12:30', '03-06 12:35', '03-06 12:40', '03-06 12:45'])
    const runs = await catalog.rows(
      `select job, cron, to_char(due_at at time zone 'UTC', 'HH24:MI') as due, state, note from schedule_runs order by run_id`,
    )
    expect(runs[1]).toEqual({ job: 'recent', cron: '*/5 * * * *', due: '12:35', state: 'done', note: 'did it' })
    expect(runs).toHaveLength(4)
  })

  it('catches up once with all that it missed while nothing ran', async () => {
    const first = keep({ cron: '0 3 * * *' })
    await clock.runFor(MINUTE_MS)
    await first.end()
    await clock.runUntil(START + 5 * 24 * HOUR_MS)
    const second = keep({ cron: '0 3 * * *' })
    await clock.runFor(20 * HOUR_MS, MINUTE_MS)
    expect(second.starts).toEqual(['03-11 12:30', '03-12 03:00'])
  })

  it('leaves alone what was done in another way since it was due', async () => {
    const { starts } = keep({ cron: '0 * * * *', wasDoneSince: async (since) => since.getTime() < START })
    await clock.runFor(HOUR_MS)
    expect(starts).toEqual(['03-06 13:00'])
  })

  it('follows a run that outlasted the next due times with one run', async () => {
    let isFirst = true
    const { starts } = keep({
      run: async (signal) => {
        if (isFirst) await clock.sleep(17 * MINUTE_MS, signal)
        isFirst = false
        return DONE
      },
    })
    await clock.runFor(26 * MINUTE_MS)
    expect(starts).toEqual(['03-06 12:30', '03-06 12:47', '03-06 12:50', '03-06 12:55'])
  })

  it('rests longer after each failure, and says why it failed', async () => {
    const { starts, events } = keep({
      cron: '0 3 * * *',
      run: async () => {
        throw new Error('The Hub is away.')
      },
    })
    await clock.runFor(30 * MINUTE_MS)
    // Rests are kept by the database's clock, by which no time has passed yet.
    expect(starts).toEqual(['03-06 12:30'])
    expect(events.at(-1)).toMatchObject({ type: 'run-ended', end: { state: 'failed', note: 'The Hub is away.' } })
    await catalog.rows(`update catalog.schedule_runs set finished_at = finished_at - interval '61 seconds'`)
    await clock.runFor(2 * MINUTE_MS)
    expect(starts).toHaveLength(2)
    await catalog.rows(`update catalog.schedule_runs set finished_at = finished_at - interval '61 seconds'`)
    await clock.runFor(2 * MINUTE_MS)
    expect(starts).toHaveLength(2)
  })

  it('goes on at once with a run that was interrupted', async () => {
    const waits = (signal: AbortSignal) => clock.sleep(HOUR_MS, signal).then(() => DONE)
    const first = keep({ cron: '0 3 * * *', run: waits })
    await clock.runFor(MINUTE_MS)
    await first.end()
    expect(await states()).toEqual(['interrupted'])
    const second = keep({ cron: '0 3 * * *' })
    await clock.runFor(2 * MINUTE_MS)
    expect(second.starts).toEqual(['03-06 12:31'])
    expect(await states()).toEqual(['interrupted', 'done'])
  })

  it('of two machines with the same schedule starts each run on one of them', async () => {
    const machines = [keep({ owner: 'a/1/x' }), keep({ owner: 'b/1/y' })]
    await clock.runFor(HOUR_MS)
    const starts = machines.flatMap((machine) => machine.starts)
    expect(starts).toHaveLength(13)
    expect(new Set(starts).size).toBe(13)
    expect(await catalog.value('select count(distinct due_at)::int from schedule_runs')).toBe(13)
  })

  it('never runs a job beside itself, and takes it over from a process that died', async () => {
    const hangs = (signal: AbortSignal) => clock.sleep(24 * HOUR_MS, signal).then(() => DONE)
    keep({ owner: 'a/1/x', run: hangs })
    await clock.runFor(MINUTE_MS)
    const other = keep({ owner: 'b/1/y' })
    await clock.runFor(30 * MINUTE_MS)
    expect(other.starts).toEqual([])
    expect(other.events).toEqual([{ type: 'run-leased', job: 'recent', leasedBy: 'a/1/x' }])
    await other.end()

    const heir = keep({ owner: 'c/1/z', gone: ['a/1/x'] })
    await clock.runFor(MINUTE_MS)
    expect(heir.starts).toEqual(['03-06 13:01'])
    expect(heir.events[0]).toMatchObject({ type: 'run-started', takenOverFrom: 'a/1/x' })
    expect(await states()).toEqual(['taken-over', 'done'])
  })

  it('closes a run whose process died when its work was done, and starts none', async () => {
    const hangs = (signal: AbortSignal) => clock.sleep(24 * HOUR_MS, signal).then(() => DONE)
    keep({ cron: '0 3 * * *', owner: 'a/1/x', run: hangs })
    await clock.runFor(MINUTE_MS)
    const heir = keep({ cron: '0 3 * * *', owner: 'b/1/y', gone: ['a/1/x'], wasDoneSince: async () => true })
    await clock.runFor(MINUTE_MS)
    expect(heir.starts).toEqual([])
    expect(await states()).toEqual(['taken-over'])
  })

  it('stops a run that was taken over because its process fell silent', async () => {
    const hangs = (signal: AbortSignal) => clock.sleep(24 * HOUR_MS, signal).then(() => DONE)
    const silent = keep({ owner: 'a/1/x', run: hangs })
    await clock.runFor(MINUTE_MS)
    await catalog.rows(`update catalog.processes set heartbeat_at = heartbeat_at - interval '61 seconds'`)
    const heir = keep({ owner: 'b/1/y' })
    await clock.runFor(MINUTE_MS)
    expect(heir.starts).toHaveLength(1)
    expect(silent.events.at(-1)).toMatchObject({ type: 'run-ended', end: { state: 'interrupted' } })
    expect((await states()).slice(0, 2)).toEqual(['taken-over', 'done'])
  })

  it('follows a schedule that was changed while a run of the old one was under way', async () => {
    const hangs = (signal: AbortSignal) => clock.sleep(24 * HOUR_MS, signal).then(() => DONE)
    keep({ cron: '0 3 * * *', owner: 'a/1/x', run: hangs })
    await clock.runFor(MINUTE_MS)
    const changed = keep({ cron: '*/20 * * * *', owner: 'a/2/y', gone: ['a/1/x'] })
    await clock.runFor(50 * MINUTE_MS)
    expect(changed.starts).toEqual(['03-06 12:31', '03-06 12:40', '03-06 13:00', '03-06 13:20'])
    expect((await states())[0]).toBe('taken-over')
    expect(await lastRuns(catalog.db)).toMatchObject([
      { job: 'recent', state: 'done', dueAt: new Date(START + 50 * MINUTE_MS) },
    ])
  })

  it('starts a little later than due, by chance, and never by more than a tenth of the time between runs', async () => {
    const { starts } = keep({ cron: '*/20 * * * *', jitterMs: HOUR_MS, random: () => 0.9 })
    await clock.runFor(32 * MINUTE_MS)
    expect(starts).toEqual(['03-06 12:30', '03-06 12:41', '03-06 13:01'])
    expect(await catalog.value(`select max(due_at) = '2027-03-06T13:00:00Z' from schedule_runs`)).toBe(true)
  })

  it('is not led astray by a run that a wrong clock dated a year ahead', async () => {
    await catalog.rows(`insert into catalog.schedule_runs (job, cron, due_at, lease_owner, state, finished_at)
      values ('recent', '*/5 * * * *', '2028-03-06T12:30:00Z', 'a/1/x', 'done', now())`)
    const { starts } = keep()
    await clock.runFor(6 * MINUTE_MS)
    expect(starts).toEqual(['03-06 12:30', '03-06 12:35'])
  })

  it('gives signs of life while it waits and while a run takes long', async () => {
    const { schedule } = keep({ run: (signal) => clock.sleep(HOUR_MS, signal).then(() => DONE) })
    await clock.runFor(20 * MINUTE_MS)
    expect(schedule.silentMs()).toBeLessThanOrEqual(30_000)
  })

  it('keeps runs for 90 days, and those that had nothing to do for one', async () => {
    await catalog.rows(`insert into catalog.schedule_runs (job, cron, due_at, lease_owner, state, note)
      select 'recent', '*/5 * * * *', timestamptz '2027-03-06T12:29:00Z' - day * interval '1 day' - n * interval '1 second',
        'a/1/x', 'done', note
      from unnest(array[0, 2, 89, 91]) as day, unnest(array['models 1 seen', null]) with ordinality as given (note, n)`)
    keep()
    await clock.runFor(1_000)
    const kept =
      await catalog.rows(`select extract(day from timestamptz '2027-03-06T12:30:00Z' - due_at)::int as day, note
      from schedule_runs where note is distinct from 'did it' order by 1, 2`)
    expect(kept).toEqual([
      { day: 0, note: 'models 1 seen' },
      { day: 0, note: null },
      { day: 2, note: 'models 1 seen' },
      { day: 89, note: 'models 1 seen' },
    ])
  })
})
