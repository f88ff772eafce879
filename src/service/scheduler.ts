import { createScheduleStore } from '../catalog/processes/schedules.ts'
import type { Settings } from '../config/settings.ts'
import { wallClock } from '../crawl/schedule/clock.ts'
import { startSchedule } from '../crawl/schedule/schedule.ts'
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

/** Decides what is due, and hands it out as tasks, until its signal aborts. Does none of it. */
export interface Scheduler {
  /** Milliseconds since the schedule gave a sign of life. */
  scheduleSilentMs(): number
  /** Resolves when all is laid down, after the signal. */
  ended: Promise<unknown>
}

/** Several processes may dispatch over one catalog: the database says whose turn it is. */
export function startScheduler({ settings, catalog, queue, emit, signal }: SchedulerParts): Scheduler {
  const schedule = startSchedule({
    jobs: createJobs({ settings, catalog, queue: withLaneFailover(queue.tasks, queue.lanes) }),
    store: createScheduleStore(catalog.db, catalog.owner),
    clock: wallClock,
    jitterMs: settings.scheduleJitterSecs * 1000,
    signal,
    emit: (event) => emit('schedule', event),
  })
  return { scheduleSilentMs: () => schedule.silentMs(), ended: schedule.ended }
}
