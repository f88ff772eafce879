import type { RunEnd } from '../../catalog/processes/schedules.ts'
import type { CronSchedule } from './cron.ts'

interface BegunRun {
  runId: string
  dueAt: Date
}

/** Work that runs on a schedule. */
export interface Job {
  name: string
  cronSchedule: CronSchedule
  /** Does the part of the work that was not done since it was due. An error fails the run. */
  run(signal: AbortSignal, begun: BegunRun): Promise<RunEnd>
  /** Whether the work was done since then without the schedule, for example by a command. */
  wasDoneSince?(since: Date): Promise<boolean>
}

export type ScheduleEvent =
  | { type: 'run-started'; job: string; runId: string; dueAt: Date; takenOverFrom: string | undefined }
  | { type: 'run-ended'; job: string; runId: string; end: RunEnd; durationMs: number }
  /** Another process runs the job. Emitted once until that changes. */
  | { type: 'run-leased'; job: string; leasedBy: string }
  /** The schedule itself failed, for example because the database is unreachable. It retries. */
  | { type: 'schedule-failed'; job: string; reason: string }
