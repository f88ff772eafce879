import { createScheduleStore } from '../catalog/processes/schedules.ts'
import type { Settings } from '../config/settings.ts'
import { wallClock } from '../crawl/schedule/clock.ts'
import { type RunningSchedule, startSchedule } from '../crawl/schedule/schedule.ts'
import type { Emit } from '../telemetry/events.ts'
import { createJobs } from './jobs.ts'
import { withLaneFailover } from './lanes/task-producer.ts'
import type { OpenCatalog } from './open/catalog.ts'
import type { OpenQueue } from './open/queue.ts'

export interface SchedulerParts {
  settings: Settings
  catalog: OpenCatalog
  queue: OpenQueue
  emit: Emit
  signal: AbortSignal
}

/** Enqueues the tasks of due jobs, and does none of them. With several schedulers, the database decides whose turn it is. */
export function startScheduler({ settings, catalog, queue, emit, signal }: SchedulerParts): RunningSchedule {
  return startSchedule({
    jobs: createJobs({ settings, catalog, queue: withLaneFailover(queue.tasks, queue.lanes) }),
    store: createScheduleStore(catalog.db, catalog.owner),
    clock: wallClock,
    jitterMs: settings.scheduleJitterSecs * 1000,
    signal,
    emit: (event) => emit('schedule', event),
  })
}
