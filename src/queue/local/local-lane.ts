import PQueue from 'p-queue'
import type { InFlightTasks } from '../in-flight-tasks.ts'
import { taskReason } from '../reason.ts'
import {
  GiveUp,
  type Lane,
  LanePaused,
  MAX_ATTEMPTS,
  type Task,
  type TaskCounts,
  type TaskData,
  TaskFailed,
  type WorkOptions,
} from '../tasks.ts'

/** The longest delay of a timer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Half a step ahead: tasks that were put back go before queued ones of their priority. */
const PUT_BACK = 0.5

interface LocalWorker extends WorkOptions {
  underWay: InFlightTasks
}

interface Entry {
  task: Task
  attempt: number
  end: PromiseWithResolvers<TaskData | undefined>
}

/** The tasks of a lane in this process. They run while there are workers and the lane is not paused. */
export class LocalLane {
  readonly #lane: Lane
  readonly #retryDelayMs: number
  readonly #queue = new PQueue({ concurrency: 1, autoStart: false })
  readonly #entries = new Map<string, Entry>()
  readonly #delays = new Set<NodeJS.Timeout>()
  readonly #workers = new Set<LocalWorker>()
  #pausedUntilMs = 0
  #pausing: NodeJS.Timeout | undefined

  constructor(lane: Lane, retryDelayMs: number) {
    this.#lane = lane
    this.#retryDelayMs = retryDelayMs
  }

  /** @returns false when a task with this key is already queued or running */
  add(task: Task): boolean {
    if (this.#entries.has(task.key)) return false
    const entry: Entry = { task, attempt: 1, end: Promise.withResolvers() }
    // Often no caller waits for the end.
    entry.end.promise.catch(() => undefined)
    this.#entries.set(task.key, entry)
    this.#line(entry)
    return true
  }

  /** Waits for the end of the task with this key, which must exist. */
  async end(key: string): Promise<TaskData | undefined> {
    return this.#entries.get(key)?.end.promise
  }

  join(worker: LocalWorker): void {
    this.#workers.add(worker)
    this.#move()
  }

  leave(worker: LocalWorker): void {
    this.#workers.delete(worker)
    this.#move()
  }

  counts(): TaskCounts {
    return { waiting: this.#queue.size, running: this.#queue.pending, delayed: this.#delays.size }
  }

  close(): void {
    this.#queue.pause()
    clearTimeout(this.#pausing)
    for (const timer of this.#delays) clearTimeout(timer)
    for (const entry of this.#entries.values()) entry.end.reject(new Error('The queue was closed before the task ended.'))
  }

  #move(): void {
    if (this.#workers.size === 0 || this.#pausedUntilMs > Date.now()) {
      this.#queue.pause()
      return
    }
    this.#queue.concurrency = [...this.#workers].reduce((sum, worker) => sum + worker.concurrency, 0)
    this.#queue.start()
  }

  #line(entry: Entry, ahead = 0): void {
    void this.#queue.add(() => this.#work(entry), { priority: ahead - (entry.task.priority ?? 1) })
  }

  async #work(entry: Entry): Promise<void> {
    const worker = [...this.#workers].find(({ underWay, concurrency }) => underWay.size < concurrency)
    if (worker === undefined) return this.#line(entry, PUT_BACK)
    const startedMs = performance.now()
    let taskSignal: AbortSignal | undefined
    try {
      const result = await worker.underWay.run(entry.task.key, (signal) => {
        taskSignal = signal
        return worker.run({ task: entry.task, attempt: entry.attempt, signal, draining: worker.underWay.draining })
      })
      this.#entries.delete(entry.task.key)
      worker.emit({ type: 'task-done', task: entry.task, durationMs: performance.now() - startedMs })
      entry.end.resolve(result)
    } catch (error) {
      if (taskSignal?.aborted === true || worker.underWay.wasDrained(error)) return this.#line(entry, PUT_BACK)
      if (error instanceof LanePaused) return this.#pause(entry, error, worker)
      this.#failed(entry, error, worker)
    }
  }

  #pause(entry: Entry, { untilMs, message: reason }: LanePaused, worker: LocalWorker): void {
    this.#line(entry, PUT_BACK)
    if (untilMs <= this.#pausedUntilMs) return
    this.#pausedUntilMs = untilMs
    this.#move()
    clearTimeout(this.#pausing)
    const waitMs = Math.min(Math.max(untilMs - Date.now(), 0), LONGEST_TIMER_MS)
    // A timer may fire slightly early.
    this.#pausing = setTimeout(() => this.#unpark(), waitMs + 1)
    worker.emit({ type: 'lane-paused', lane: this.#lane, untilMs, reason })
  }

  #unpark(): void {
    this.#pausedUntilMs = 0
    this.#move()
  }

  #failed(entry: Entry, error: unknown, worker: LocalWorker): void {
    const { task, attempt } = entry
    const reason = taskReason(error)
    if (error instanceof GiveUp || attempt >= MAX_ATTEMPTS) {
      this.#entries.delete(task.key)
      worker.emit({ type: 'task-failed', task, attempt, reason })
      entry.end.reject(new TaskFailed(reason, { cause: error }))
      return
    }
    worker.emit({ type: 'task-retried', task, attempt, reason })
    const timer = setTimeout(
      () => {
        this.#delays.delete(timer)
        entry.attempt = attempt + 1
        this.#line(entry)
      },
      this.#retryDelayMs * 2 ** (attempt - 1),
    )
    this.#delays.add(timer)
  }
}
