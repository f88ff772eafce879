import { describeError } from '../../catalog/postgres/errors.ts'
import type { BeginAnswer, RunEnd, RunLease, ScheduleStore } from '../../catalog/processes/schedules.ts'
import type { Clock } from '../../hub/clock.ts'
import type { Job, ScheduleEvent } from './job.ts'

export interface ScheduleOptions {
  jobs: readonly Job[]
  store: ScheduleStore
  /** Tells the time of day, as the machine's clock does. */
  clock: Clock
  /** How much later than due a run may start, at most, in milliseconds; never more than a tenth of the time between two runs. */
  jitterMs: number
  signal: AbortSignal
  emit(event: ScheduleEvent): void
  /** From 0 to 1. @default Math.random */
  random?: () => number
}

/** A schedule at work. */
export interface RunningSchedule {
  /** Resolves when all jobs have ended, after the signal. Never rejects. */
  readonly ended: Promise<void>
  /** Milliseconds since the job that has been silent for longest gave a sign of life. */
  silentMs(): number
}

/** How often to look whether a run is still this process's, which may have been silent for too long. */
const LEASE_CHECK_MS = 10_000
/** A machine that slept wakes in the middle of a wait: no wait is longer than this, so that it sees what it missed. */
const LONGEST_SLEEP_MS = 30_000
/** When to look again after a run that another process has, or that did not come to its end. */
const LOOK_AGAIN_MS = 60_000

/**
 * Runs jobs when they are due. What is due is always the latest due time that has come: however many were missed while
 * nothing ran, the job runs once. The store decides whether it still has to run, so that several processes may keep the
 * same schedule; a process that meets a run of another looks again each minute, and takes it over when its owner is dead.
 */
export function startSchedule(options: ScheduleOptions): RunningSchedule {
  const keepers = options.jobs.map((job) => new JobKeeper(job, options))
  const ended = Promise.all(keepers.map((keeper) => keeper.keep())).then(() => undefined)
  return {
    ended,
    silentMs: () => Math.max(0, ...keepers.map((keeper) => options.clock.now() - keeper.lastSignMs)),
  }
}

/** Keeps the schedule of one job. */
class JobKeeper {
  lastSignMs: number
  readonly #job: Job
  readonly #options: ScheduleOptions
  #toldOwner: string | undefined

  constructor(job: Job, options: ScheduleOptions) {
    this.#job = job
    this.#options = options
    this.lastSignMs = options.clock.now()
  }

  /** Until the signal aborts. */
  async keep(): Promise<void> {
    const { signal, clock } = this.#options
    let wakeAtMs: number | undefined = clock.now()
    while (!signal.aborted && wakeAtMs !== undefined) {
      try {
        await this.#sleepUntil(wakeAtMs)
        if (!signal.aborted) wakeAtMs = await this.#wake()
      } catch (error) {
        if (signal.aborted) return
        this.#emitTrouble(error)
        wakeAtMs = clock.now() + LOOK_AGAIN_MS
      }
    }
  }

  /**
   * Runs the job if it is to run now.
   *
   * @returns when to look again, in milliseconds since 1970; undefined for never
   */
  async #wake(): Promise<number | undefined> {
    const { clock } = this.#options
    const now = new Date(clock.now())
    const dueAt = this.#job.cronSchedule.latest(now)
    if (dueAt === undefined) return this.#nextStartMs(now)
    const lookAgainMs = await this.#tryToRun(dueAt, now)
    const after = new Date(clock.now())
    // A run that outlasted the next due time is followed by that one at once.
    const missed = this.#job.cronSchedule.next(dueAt)
    if (lookAgainMs === undefined && missed !== undefined && missed <= after) return after.getTime()
    const nextMs = this.#nextStartMs(after)
    if (lookAgainMs === undefined) return nextMs
    return Math.min(nextMs ?? Number.POSITIVE_INFINITY, after.getTime() + lookAgainMs)
  }

  /** @returns in how many milliseconds to look again, before the next due time; undefined when all is done */
  async #tryToRun(dueAt: Date, now: Date): Promise<number | undefined> {
    const { job, cron } = { job: this.#job.name, cron: this.#job.cronSchedule.text }
    const isDone = (await this.#job.wasDoneSince?.(dueAt)) ?? false
    const answer = await this.#options.store.beginRun({ job, cron, dueAt, now, isDone })
    this.#tellOwner(answer)
    switch (answer.state) {
      case 'covered':
        return undefined
      case 'leased':
        return LOOK_AGAIN_MS
      case 'resting':
        return answer.forMs
      case 'begun': {
        this.#options.emit({
          type: 'run-started',
          job,
          runId: answer.run.runId,
          dueAt,
          takenOverFrom: answer.takenOverFrom,
        })
        const end = await this.#runLeased(answer.run, dueAt)
        return end.state === 'done' ? undefined : LOOK_AGAIN_MS
      }
    }
  }

  async #runLeased(run: RunLease, dueAt: Date): Promise<RunEnd> {
    const { store, signal, clock, emit } = this.#options
    const startedMs = clock.now()
    const over = new AbortController()
    const lost = new AbortController()
    const watch = this.#watch(run, over.signal, lost)
    let end: RunEnd
    try {
      end = await this.#job.run(AbortSignal.any([signal, lost.signal]), { runId: run.runId, dueAt })
    } catch (error) {
      end = this.#endOfFailure(error, lost.signal)
    }
    over.abort()
    await watch
    await store.endRun(run, end)
    emit({ type: 'run-ended', job: this.#job.name, runId: run.runId, end, durationMs: clock.now() - startedMs })
    return end
  }

  #endOfFailure(error: unknown, lost: AbortSignal): RunEnd {
    if (lost.aborted) return { state: 'interrupted', note: 'Another process has taken the run over.' }
    if (this.#options.signal.aborted) return { state: 'interrupted', note: 'Stopped; the next run goes on from there.' }
    return { state: 'failed', note: describeError(error) }
  }

  /** Notices when another process takes the run over, until it is over. */
  async #watch(run: RunLease, over: AbortSignal, lost: AbortController): Promise<void> {
    const { clock, store } = this.#options
    while (!over.aborted) {
      await clock.sleep(LEASE_CHECK_MS, over).catch(() => undefined)
      if (over.aborted) return
      try {
        if (!(await store.ownsRun(run))) return lost.abort(new Error('Another process has taken the run over.'))
        this.lastSignMs = clock.now()
      } catch (error) {
        // A database that is unreachable for a moment must not end the run: others wait a minute before they take it over.
        this.#emitTrouble(error)
      }
    }
  }

  async #sleepUntil(atMs: number): Promise<void> {
    const { clock, signal } = this.#options
    this.lastSignMs = clock.now()
    while (clock.now() < atMs && !signal.aborted) {
      await clock.sleep(Math.min(atMs - clock.now(), LONGEST_SLEEP_MS), signal)
      this.lastSignMs = clock.now()
    }
  }

  /** The next due time and a little more, so that not all who keep the same schedule start in the same second. */
  #nextStartMs(now: Date): number | undefined {
    const { jitterMs, random = Math.random } = this.#options
    const next = this.#job.cronSchedule.next(now)
    if (next === undefined) return undefined
    const following = this.#job.cronSchedule.next(next)
    const between = following === undefined ? jitterMs * 10 : following.getTime() - next.getTime()
    return next.getTime() + Math.floor(random() * Math.min(jitterMs, between / 10))
  }

  #tellOwner(answer: BeginAnswer): void {
    const owner = answer.state === 'leased' ? answer.leasedBy : undefined
    if (owner !== undefined && owner !== this.#toldOwner) {
      this.#options.emit({ type: 'run-leased', job: this.#job.name, leasedBy: owner })
    }
    this.#toldOwner = owner
  }

  #emitTrouble(error: unknown): void {
    const reason = describeError(error)
    this.#options.emit({ type: 'schedule-failed', job: this.#job.name, reason })
  }
}
