import type { RunEnd } from '../../catalog/processes/schedules.ts'
import type { CronSchedule } from './cron.ts'

/** A run that has begun. */
interface BegunRun {
  runId: string
  dueAt: Date
}

/** Something that runs by a schedule. */
export interface Job {
  name: string
  cronSchedule: CronSchedule
  /** Does what of the work was not done since it was due. What it throws makes the run a failed one. */
  run(signal: AbortSignal, begun: BegunRun): Promise<RunEnd>
  /** Whether the work was done since then in another way than by a schedule, as by hand. */
  wasDoneSince?(since: Date): Promise<boolean>
}

/** What a schedule tells while it runs. */
export type ScheduleEvent =
  | { type: 'run-started'; job: string; runId: string; dueAt: Date; takenOverFrom: string | undefined }
  | { type: 'run-ended'; job: string; runId: string; end: RunEnd; durationMs: number }
  /** Another process runs the job; told once until that changes. */
  | { type: 'run-leased'; job: string; leasedBy: string }
  /** The schedule itself met a fault, such as a database that is away; it tries again. */
  | { type: 'schedule-failed'; job: string; reason: string }
