import { createRefreshQueue, type RefreshQueue } from '../catalog/processes/refresh-queue.ts'
import { createScheduleStore } from '../catalog/processes/schedules.ts'
import type { Settings } from '../config/settings.ts'
import { RefreshUnclear, RefreshWorker } from '../crawl/refresh/refresh-worker.ts'
import { wallClock } from '../crawl/schedule/clock.ts'
import { startSchedule } from '../crawl/schedule/schedule.ts'
import { refreshTask, resultOf } from '../crawl/tasks/task-data.ts'
import { systemClock } from '../hub/clock.ts'
import type { Emit } from '../telemetry/events.ts'
import { createJobs } from './jobs.ts'
import { withLaneFailover } from './lanes/task-producer.ts'
import type { OpenCatalog } from './open/catalog.ts'
import type { OpenQueue } from './open/queue.ts'

/** Repos of the line to refresh that are handed out at a time. */
const REFRESHES = 32

export interface SchedulerParts {
  settings: Settings
  catalog: OpenCatalog
  queue: OpenQueue
  emit: Emit
  signal: AbortSignal
}

/** Decides what is due, and hands it out as tasks, until its signal aborts. Does none of it. */
export interface Scheduler {
  /** Repos that webhooks name. */
  refreshes: RefreshQueue
  /** Says that repos were put in line. */
  wakeRefresh(): void
  /** Milliseconds since the schedule gave a sign of life. */
  scheduleSilentMs(): number
  /** Resolves when all is laid down, after the signal. */
  ended: Promise<unknown>
}

/** Several processes may dispatch over one catalog: the database says whose turn it is. */
export function startScheduler({ settings, catalog, queue, emit, signal }: SchedulerParts): Scheduler {
  const handOut = withLaneFailover(queue.tasks, queue.lanes)
  const schedule = startSchedule({
    jobs: createJobs({ settings, catalog, queue: handOut }),
    store: createScheduleStore(catalog.db, catalog.owner),
    clock: wallClock,
    jitterMs: settings.scheduleJitterSecs * 1000,
    signal,
    emit: (event) => emit('schedule', event),
  })
  const refreshes = createRefreshQueue(catalog.db)
  const { tasks, lanes } = handOut
  const refreshWorker = new RefreshWorker({
    queue: refreshes,
    clock: systemClock,
    signal,
    concurrency: REFRESHES,
    emit: (event) => emit('refresh', event),
    refresh: async ({ kind, id, deletedHubIds }, refreshSignal) => {
      const task = refreshTask({ kind, id, deletedHubIds })
      const end = resultOf('refresh', task, await tasks.run(lanes.of('refresh', task.key), task, refreshSignal))
      if (end.outcome === 'unknown') throw new RefreshUnclear(end.failure)
      return end.outcome
    },
  })
  return {
    refreshes,
    wakeRefresh: () => refreshWorker.wake(),
    scheduleSilentMs: () => schedule.silentMs(),
    ended: Promise.all([schedule.ended, refreshWorker.ended]),
  }
}
