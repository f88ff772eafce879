import type { Kysely } from 'kysely'
import { type LastRun, lastRuns } from '../catalog/processes/schedules.ts'
import type { Database } from '../catalog/schema.ts'
import type { Settings } from '../config/settings.ts'
import { type CronSchedule, readCronSchedule } from '../crawl/schedule/cron.ts'
import { cronOf, JOB_NAMES, type JobName } from './job-schedules.ts'

/** A job with the schedule in effect. */
export interface ScheduledJob {
  job: JobName
  /** Undefined if the job is off. */
  cronSchedule: CronSchedule | undefined
  cronSource: 'last-run' | 'settings'
  /** The schedule in this process's settings; undefined if they turn the job off. */
  ownSchedule: CronSchedule | undefined
  lastRun: LastRun | undefined
}

export interface EffectiveScheduleOptions {
  now: Date
  /** Whether this process is a scheduler. Then its own settings are in effect. */
  isScheduler: boolean
}

/** A failed job pauses for up to an hour; its schedule stays in effect meanwhile. */
const LONGEST_PAUSE_MS = 3_600_000

/**
 * Returns every job with the schedule in effect. That is the schedule of its last run, by any process, until a second due time
 * or an hour has passed, whichever is later. After that it is the one in this process's settings. Runs record no time zone, so
 * the one in the settings is assumed.
 */
export async function effectiveSchedule(
  settings: Settings,
  db: Kysely<Database>,
  { now, isScheduler }: EffectiveScheduleOptions,
): Promise<ScheduledJob[]> {
  const last = new Map((await lastRuns(db)).map((run) => [run.job, run]))
  return JOB_NAMES.map((job) => {
    const lastRun = last.get(job)
    const ownSchedule = cronOf(job, settings)
    const recorded = isScheduler || lastRun === undefined ? undefined : recordedSchedule(lastRun, settings, now)
    const cronSource = recorded === undefined ? 'settings' : 'last-run'
    return { job, cronSchedule: recorded ?? ownSchedule, cronSource, ownSchedule, lastRun }
  })
}

function recordedSchedule({ cron, heartbeatAt }: LastRun, settings: Settings, now: Date): CronSchedule | undefined {
  const cronSchedule = readCronSchedule(cron, settings.scheduleTimeZone)
  const due = cronSchedule.next(heartbeatAt)
  const following = due && cronSchedule.next(due)
  const validUntilMs = Math.max(following?.getTime() ?? 0, heartbeatAt.getTime() + LONGEST_PAUSE_MS)
  return now.getTime() < validUntilMs ? cronSchedule : undefined
}
