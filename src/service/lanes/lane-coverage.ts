import type { RefreshQueue } from '../../catalog/processes/refresh-queue.ts'
import { TASK_NAMES, type TaskName } from '../../config/settings.ts'
import type { Tasks } from '../../queue/tasks.ts'
import type { WorkersEvent } from '../../telemetry/events.ts'
import type { LaneRouter } from './lane-router.ts'

/** Replacing a worker takes a few seconds, and the workers of a starting fleet come up one by one. */
const GRACE_MS = 30_000

export interface LaneCoverageOptions {
  tasks: Pick<Tasks, 'counts'>
  lanes: LaneRouter
  refreshes: Pick<RefreshQueue, 'length'>
  emit(event: WorkersEvent): void
  /** How long workers may be missing before it is reported. @default 30_000 */
  graceMs?: number
}

/** Reports tasks that no worker takes. Without this they would wait forever while the scheduler looks healthy. */
export class LaneCoverageMonitor {
  readonly #options: LaneCoverageOptions
  #missingSinceMs: number | undefined
  #areWorkersMissing = false

  constructor(options: LaneCoverageOptions) {
    this.#options = options
  }

  /** Whether workers have been missing for longer than `graceMs`. */
  get areWorkersMissing(): boolean {
    return this.#areWorkersMissing
  }

  /** Call this each time the live workers have been read. */
  async check(): Promise<void> {
    const { lanes, emit, graceMs = GRACE_MS } = this.#options
    const unserved = TASK_NAMES.filter((name) => !lanes.hasWorker(name))
    const waiting = await Promise.all(unserved.map(async (name) => ({ name, tasks: await this.#waitingOf(name) })))
    const missing = waiting.filter(({ tasks }) => tasks > 0)
    if (missing.length === 0 && unserved.length < TASK_NAMES.length) {
      this.#missingSinceMs = undefined
      if (this.#areWorkersMissing) emit({ type: 'workers-available' })
      this.#areWorkersMissing = false
      return
    }
    this.#missingSinceMs ??= performance.now()
    if (this.#areWorkersMissing || performance.now() - this.#missingSinceMs < graceMs) return
    this.#areWorkersMissing = true
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
