import type { Kysely } from 'kysely'
import { type LastRun, lastRuns } from '../catalog/processes/schedules.ts'
import type { Database } from '../catalog/schema.ts'
import type { Settings } from '../config/settings.ts'
import { type CronSchedule, readCronSchedule } from '../crawl/schedule/cron.ts'
import { cronOf, JOB_NAMES, type JobName } from './job-schedules.ts'

/** A job as whoever keeps the schedule keeps it. */
export interface ScheduledJob {
  job: JobName
  /** Undefined where it is off. */
  cronSchedule: CronSchedule | undefined
  cronSource: 'last-run' | 'settings'
  /** What the settings of this process say; undefined where they say off. */
  ownSchedule: CronSchedule | undefined
  lastRun: LastRun | undefined
}

export interface EffectiveScheduleOptions {
  now: Date
  /** Whether this process keeps the schedule itself: then its settings are what holds. */
  isScheduler: boolean
}

/** A job that fails rests for up to an hour, and its schedule is kept all the same. */
const LONGEST_REST_MS = 3_600_000

/**
 * Every job with the schedule that is kept, by whichever process: that of its last run, as long as no more than one due time
 * has passed since, or an hour. Where nobody has run it lately, the settings of this process. Time zones are not recorded:
 * that of the settings is taken for that of whoever keeps the schedule.
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
  const keptUntilMs = Math.max(following?.getTime() ?? 0, heartbeatAt.getTime() + LONGEST_REST_MS)
  return now.getTime() < keptUntilMs ? cronSchedule : undefined
}
