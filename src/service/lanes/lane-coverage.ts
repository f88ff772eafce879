import type { RefreshQueue } from '../../catalog/processes/refresh-queue.ts'
import { TASK_NAMES, type TaskName } from '../../config/settings.ts'
import type { Tasks } from '../../queue/tasks.ts'
import type { WorkersEvent } from '../../telemetry/events.ts'
import type { LaneRouter } from './lane-router.ts'

/** A worker that is replaced is away for a few seconds, and a fleet that starts comes up one by one. */
const GRACE_MS = 30_000

export interface WorkerWatchOptions {
  tasks: Pick<Tasks, 'counts'>
  lanes: LaneRouter
  refreshes: Pick<RefreshQueue, 'length'>
  emit(event: WorkersEvent): void
  /** How long workers may be missing before it is told. @default 30_000 */
  graceMs?: number
}

/** Whoever hands tasks out has to know that somebody takes them: else they wait for ever, and all seems well. */
export class LaneCoverageMonitor {
  readonly #options: WorkerWatchOptions
  #missingSinceMs: number | undefined
  #isTold = false

  constructor(options: WorkerWatchOptions) {
    this.#options = options
  }

  /** Whether tasks have waited for too long without a worker that takes them. */
  get areWorkersMissing(): boolean {
    return this.#isTold
  }

  /** To be called after each look at which workers there are. */
  async look(): Promise<void> {
    const { lanes, emit, graceMs = GRACE_MS } = this.#options
    const unserved = TASK_NAMES.filter((name) => !lanes.hasWorker(name))
    const waiting = await Promise.all(unserved.map(async (name) => ({ name, tasks: await this.#waitingOf(name) })))
    const missing = waiting.filter(({ tasks }) => tasks > 0)
    const isWell = missing.length === 0 && unserved.length < TASK_NAMES.length
    if (isWell) {
      this.#missingSinceMs = undefined
      if (this.#isTold) emit({ type: 'workers-available' })
      this.#isTold = false
      return
    }
    this.#missingSinceMs ??= performance.now()
    if (this.#isTold || performance.now() - this.#missingSinceMs < graceMs) return
    this.#isTold = true
    emit({
      type: 'workers-missing',
      areAllMissing: unserved.length === TASK_NAMES.length,
      tasks: missing.map(({ name }) => name),
      waiting: missing.reduce((sum, { tasks }) => sum + tasks, 0),
    })
  }

  async #waitingOf(name: TaskName): Promise<number> {
    const { tasks, lanes, refreshes } = this.#options
    if (name === 'refresh') return await refreshes.length()
    const counts = await Promise.all(lanes.ofName(name).map((lane) => tasks.counts(lane)))
    return counts.reduce((sum, { waiting, running, delayed }) => sum + waiting + running + delayed, 0)
  }
}
