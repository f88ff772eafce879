import { RETRY_DELAY_MS } from '../retries.ts'
import type { Lane, LaneWorker, Task, TaskCounts, TaskData, Tasks, WorkOptions } from '../tasks.ts'
import { LocalLane } from './local-lane.ts'
import { startLocalWorker } from './local-worker.ts'

export interface LocalOptions {
  /** @default RETRY_DELAY_MS */
  retryDelayMs?: number
}

/** Tasks that are queued in this process and only done by it. They end with it. */
export function createLocalTasks({ retryDelayMs = RETRY_DELAY_MS }: LocalOptions = {}): Tasks {
  return new LocalTasks(retryDelayMs)
}

class LocalTasks implements Tasks {
  readonly engine = 'local'
  readonly #retryDelayMs: number
  readonly #lanes = new Map<string, LocalLane>()
  readonly #repeats = new Map<string, NodeJS.Timeout>()

  constructor(retryDelayMs: number) {
    this.#retryDelayMs = retryDelayMs
  }

  async add(lane: Lane, tasks: readonly Task[]): Promise<number> {
    const line = this.#lane(lane)
    return tasks.filter((task) => line.add(task)).length
  }

  async run(lane: Lane, task: Task, signal: AbortSignal): Promise<TaskData | undefined> {
    signal.throwIfAborted()
    const line = this.#lane(lane)
    line.add(task)
    const aborted = Promise.withResolvers<never>()
    const abort = () => aborted.reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    try {
      return await Promise.race([line.end(task.key), aborted.promise])
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  async repeat(lane: Lane, task: Task, everyMs: number): Promise<void> {
    const line = this.#lane(lane)
    const name = JSON.stringify([lane.name, lane.budget, task.key])
    clearInterval(this.#repeats.get(name))
    this.#repeats.set(name, setInterval(() => line.add(task), everyMs).unref())
    line.add(task)
  }

  work(lane: Lane, options: WorkOptions): LaneWorker {
    return startLocalWorker(this.#lane(lane), options)
  }

  async counts(lane: Lane): Promise<TaskCounts> {
    return this.#lane(lane).counts()
  }

  async ping(): Promise<void> {
    // The queue is in this process.
  }

  async close(): Promise<void> {
    for (const timer of this.#repeats.values()) clearInterval(timer)
    for (const lane of this.#lanes.values()) lane.close()
  }

  #lane(lane: Lane): LocalLane {
    const name = JSON.stringify([lane.name, lane.budget])
    const known = this.#lanes.get(name)
    if (known !== undefined) return known
    const created = new LocalLane(lane, this.#retryDelayMs)
    this.#lanes.set(name, created)
    return created
  }
}
