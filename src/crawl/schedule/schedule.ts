import { describeError } from '../../catalog/postgres/errors.ts'
import type { BeginAnswer, RunEnd, RunLease, ScheduleStore } from '../../catalog/processes/schedules.ts'
import type { Clock } from '../../hub/clock.ts'
import type { Job, ScheduleEvent } from './job.ts'

export interface ScheduleOptions {
  jobs: readonly Job[]
  store: ScheduleStore
  /** The time of day. */
  clock: Clock
  /** The longest random delay of a start, in milliseconds. Never more than a tenth of the time between two runs. */
  jitterMs: number
  signal: AbortSignal
  emit(event: ScheduleEvent): void
  /** From 0 to 1. @default Math.random */
  random?: () => number
}

export interface RunningSchedule {
  /** Resolves when all jobs have ended after the signal. Never rejects. */
  readonly ended: Promise<void>
  /** Milliseconds since the last heartbeat of the job that has been silent longest. */
  silentMs(): number
}

/** How often to check whether this process still has the lease of a run. */
const LEASE_CHECK_MS = 10_000
/** The longest single wait, so that a machine that slept soon notices what it missed. */
const LONGEST_SLEEP_MS = 30_000
/** When to check again after a run that another process has, or that was not completed. */
const RETRY_MS = 60_000

/**
 * Runs jobs when they are due. If several due times were missed, the job runs once. Several processes may have the same
 * schedule, because the store decides whether a run is still needed. While another process has a run, this one checks every
 * minute, and takes the run over once its owner is dead.
 */
export function startSchedule(options: ScheduleOptions): RunningSchedule {
  const loops = options.jobs.map((job) => new JobLoop(job, options))
  const ended = Promise.all(loops.map((loop) => loop.run())).then(() => undefined)
  return {
    ended,
    silentMs: () => Math.max(0, ...loops.map((loop) => options.clock.now() - loop.lastBeatMs)),
  }
}

class JobLoop {
  lastBeatMs: number
  readonly #job: Job
  readonly #options: ScheduleOptions
  #reportedOwner: string | undefined

  constructor(job: Job, options: ScheduleOptions) {
    this.#job = job
    this.#options = options
    this.lastBeatMs = options.clock.now()
  }

  /** Resolves after the signal has aborted. */
  async run(): Promise<void> {
    const { signal, clock } = this.#options
    let wakeAtMs: number | undefined = clock.now()
    while (!signal.aborted && wakeAtMs !== undefined) {
      try {
        await this.#sleepUntil(wakeAtMs)
        if (!signal.aborted) wakeAtMs = await this.#wake()
      } catch (error) {
        if (signal.aborted) return
        this.#reportFailure(error)
        wakeAtMs = clock.now() + RETRY_MS
      }
    }
  }

  /**
   * Runs the job if it is due.
   *
   * @returns when to check again, in milliseconds since 1970; undefined for never
   */
  async #wake(): Promise<number | undefined> {
    const { clock } = this.#options
    const now = new Date(clock.now())
    const dueAt = this.#job.cronSchedule.latest(now)
    if (dueAt === undefined) return this.#nextStartMs(now)
    const retryMs = await this.#tryToRun(dueAt, now)
    const after = new Date(clock.now())
    // If the run took until after the next due time, the next run starts at once.
    const missed = this.#job.cronSchedule.next(dueAt)
    if (retryMs === undefined && missed !== undefined && missed <= after) return after.getTime()
    const nextMs = this.#nextStartMs(after)
    if (retryMs === undefined) return nextMs
    return Math.min(nextMs ?? Number.POSITIVE_INFINITY, after.getTime() + retryMs)
  }

  /** @returns in how many milliseconds to check again; undefined if nothing is left to do before the next due time */
  async #tryToRun(dueAt: Date, now: Date): Promise<number | undefined> {
    const { job, cron } = { job: this.#job.name, cron: this.#job.cronSchedule.text }
    const isDone = (await this.#job.wasDoneSince?.(dueAt)) ?? false
    const answer = await this.#options.store.beginRun({ job, cron, dueAt, now, isDone })
    this.#reportOwner(answer)
    switch (answer.state) {
      case 'covered':
        return undefined
      case 'leased':
        return RETRY_MS
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
        return end.state === 'done' ? undefined : RETRY_MS
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
    if (lost.aborted) return { state: 'interrupted', note: 'Another process has taken over the run.' }
    if (this.#options.signal.aborted) return { state: 'interrupted', note: 'Stopped; the next run resumes from there.' }
    return { state: 'failed', note: describeError(error) }
  }

  /** Checks the lease until the run is over, and aborts `lost` if another process has taken over the run. */
  async #watch(run: RunLease, over: AbortSignal, lost: AbortController): Promise<void> {
    const { clock, store } = this.#options
    while (!over.aborted) {
      await clock.sleep(LEASE_CHECK_MS, over).catch(() => undefined)
      if (over.aborted) return
      try {
        if (!(await store.ownsRun(run))) return lost.abort(new Error('Another process has taken over the run.'))
        this.lastBeatMs = clock.now()
      } catch (error) {
        // A short outage of the database does not end the run, because others wait a minute before they take it over.
        this.#reportFailure(error)
      }
    }
  }

  async #sleepUntil(atMs: number): Promise<void> {
    const { clock, signal } = this.#options
    this.lastBeatMs = clock.now()
    while (clock.now() < atMs && !signal.aborted) {
      await clock.sleep(Math.min(atMs - clock.now(), LONGEST_SLEEP_MS), signal)
      this.lastBeatMs = clock.now()
    }
  }

  /** The next due time plus jitter, so that processes with the same schedule do not start in the same second. */
  #nextStartMs(now: Date): number | undefined {
    const { jitterMs, random = Math.random } = this.#options
    const next = this.#job.cronSchedule.next(now)
    if (next === undefined) return undefined
    const following = this.#job.cronSchedule.next(next)
    const between = following === undefined ? jitterMs * 10 : following.getTime() - next.getTime()
    return next.getTime() + Math.floor(random() * Math.min(jitterMs, between / 10))
  }

  #reportOwner(answer: BeginAnswer): void {
    const owner = answer.state === 'leased' ? answer.leasedBy : undefined
    if (owner !== undefined && owner !== this.#reportedOwner) {
      this.#options.emit({ type: 'run-leased', job: this.#job.name, leasedBy: owner })
    }
    this.#reportedOwner = owner
  }

  #reportFailure(error: unknown): void {
    const reason = describeError(error)
    this.#options.emit({ type: 'schedule-failed', job: this.#job.name, reason })
  }
}
