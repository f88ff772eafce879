import { DelayedError, UnrecoverableError, WaitingError, Worker } from 'bullmq'
import pTimeout from 'p-timeout'
import { InFlightTasks } from '../in-flight-tasks.ts'
import { taskReason } from '../reason.ts'
import { GiveUp, type Lane, LanePaused, type LaneWorker, type Task, UnsupportedTask, type WorkOptions } from '../tasks.ts'
import { type JobResult, REPEAT, type TaskJob, taskOf } from './jobs.ts'
import type { OutageMonitor } from './outage-monitor.ts'
import type { BullConnection } from './servers/bull-connection.ts'
import { WatchedWorker } from './watched-worker.ts'

/** How often a task is tried again after its process died. The limit stops a task that kills every process. */
const MAX_STALLS = 10

const CLOSE_TIMEOUT_MS = 3000

/** How long a task that this version does not support is left to others before it is offered again. */
const LEAVE_MS = 15_000

/** An unsupported task is given up at this age. That is longer than the upgrade of many machines takes. */
const LONGEST_LEFT_MS = 60 * 60_000

/** BullMQ requires a limiter to pause lanes by hand. This one never limits by itself; its counter is a short-lived key. */
const NO_LIMIT = { max: 2_000_000_000, duration: 1000 }

/** How soon a task is queued again after its process died or left it to others. */
export interface ReturnOptions {
  /** A worker that is silent for this long loses its task. @default 30_000 */
  lockMs?: number
  /** Another worker gets the task at most twice this later. @default 15_000 */
  stalledCheckMs?: number
  /** How long a task that is left to others is delayed. @default 15_000 */
  leaveMs?: number
}

export interface BullWorkerParts extends ReturnOptions {
  queueName: string
  connection: BullConnection
  outage: OutageMonitor
  add(tasks: readonly Task[]): Promise<number>
}

/** A worker on a lane of a Redis or Postgres queue. */
export class BullWorker implements LaneWorker {
  readonly #lane: Lane
  readonly #options: WorkOptions
  readonly #parts: BullWorkerParts
  readonly #inFlight = new InFlightTasks()
  readonly #backendOptions: ReturnType<BullConnection['forWorker']>
  readonly #worker: WatchedWorker
  #hasLeft = false
  #pausedUntilMs = 0
  #pausing: Promise<unknown> = Promise.resolve()

  constructor(lane: Lane, options: WorkOptions, parts: BullWorkerParts) {
    this.#lane = lane
    this.#options = options
    this.#parts = parts
    this.#backendOptions = parts.connection.forWorker()
    this.#worker = this.#open()
  }

  silentMs(): number {
    return this.#worker.silentMs
  }

  async drain(graceMs: number): Promise<void> {
    const worker = this.#worker
    await worker.pause(true)
    const haveEnded = await this.#inFlight.end(graceMs)
    // Closing would wait forever for an unreachable server.
    await pTimeout(worker.close(!haveEnded), { milliseconds: CLOSE_TIMEOUT_MS }).catch(() => worker.abandon())
  }

  #open(): WatchedWorker {
    const { queueName, connection, outage, lockMs = 30_000, stalledCheckMs = 15_000 } = this.#parts
    const { emit, concurrency } = this.#options
    const worker = new WatchedWorker(
      queueName,
      (job, token) => this.#process(job, token ?? ''),
      {
        ...this.#backendOptions,
        concurrency,
        lockDuration: lockMs,
        stalledInterval: stalledCheckMs,
        maxStalledCount: MAX_STALLS,
        limiter: NO_LIMIT,
        maximumRateLimitDelay: 5000,
        runRetryDelay: 1000,
      },
      connection.backend,
    )
    worker.on('error', (error) => outage.report(error))
    worker.on('stalled', () => emit({ type: 'task-stalled', lane: this.#lane }))
    worker.on('lockRenewalFailed', (ids) => {
      for (const id of ids) this.#inFlight.abort(id, new TaskLost())
    })
    worker.on('completed', (job) => {
      if (job.name === REPEAT) return
      const durationMs = (job.finishedOn ?? 0) - (job.processedOn ?? 0)
      emit({ type: 'task-done', task: taskOf(this.#lane, job), durationMs })
    })
    worker.on('failed', (job, error) => {
      if (job === undefined || job.name === REPEAT) return
      const type = job.finishedOn === undefined ? 'task-retried' : 'task-failed'
      emit({ type, task: taskOf(this.#lane, job), attempt: job.attemptsMade, reason: taskReason(error) })
    })
    return worker
  }

  async #process(job: TaskJob, token: string): Promise<JobResult> {
    if ('tick' in job.data) {
      await this.#parts.add([job.data.tick])
      return null
    }
    return this.#inFlight.run(job.id ?? '', (signal) => this.#run(job, token, signal))
  }

  async #run(job: TaskJob, token: string, signal: AbortSignal): Promise<JobResult> {
    try {
      const task = taskOf(this.#lane, job)
      if (job.name !== task.name)
        throw new UnsupportedTask(`The queue holds a job ${job.name}, which this version does not support.`)
      const { draining } = this.#inFlight
      const result = await this.#options.run({ task, attempt: job.attemptsMade + 1, signal, draining })
      return result ?? null
    } catch (error) {
      if (signal.aborted || this.#inFlight.wasDrained(error)) {
        if (!(signal.reason instanceof TaskLost)) await job.moveToWait(token)
        // Tells BullMQ that the job was handled here.
        throw new WaitingError()
      }
      if (error instanceof LanePaused) {
        await this.#pauseAfterOthers(error)
        throw Worker.RateLimitError()
      }
      const reason = taskReason(error)
      const { leaveMs = LEAVE_MS } = this.#parts
      if (error instanceof UnsupportedTask && Date.now() - job.timestamp < LONGEST_LEFT_MS) {
        this.#reportUnsupported(reason)
        await job.moveToDelayed(Date.now() + leaveMs, token)
        throw new DelayedError()
      }
      if (error instanceof GiveUp) throw new UnrecoverableError(reason)
      throw new Error(reason, { cause: error })
    }
  }

  #reportUnsupported(reason: string): void {
    if (!this.#hasLeft) this.#options.emit({ type: 'task-unsupported', lane: this.#lane, reason })
    this.#hasLeft = true
  }

  /** Runs one at a time: otherwise each of two pauses would find the lane open, and the shorter one might be set last. */
  async #pauseAfterOthers(paused: LanePaused): Promise<void> {
    const pausing = this.#pausing.then(() => this.#pause(paused))
    this.#pausing = pausing.catch(() => undefined)
    await pausing
  }

  async #pause({ untilMs, message: reason }: LanePaused): Promise<void> {
    const waitMs = Math.max(1, Math.ceil(untilMs - Date.now()))
    const backend = this.#worker.getBackend()
    // A shorter pause, from another window, must not open the lane early.
    if ((await backend.getRateLimitTtl(NO_LIMIT.max)) < waitMs) await backend.setRateLimit(waitMs)
    if (untilMs <= this.#pausedUntilMs) return
    this.#pausedUntilMs = untilMs
    this.#options.emit({ type: 'lane-paused', lane: this.#lane, untilMs, reason })
  }
}

/** Another process may have the task by now, or the queue was wiped. */
class TaskLost extends Error {
  override readonly name = 'TaskLost'

  constructor() {
    super('The task was lost to another process.')
  }
}
