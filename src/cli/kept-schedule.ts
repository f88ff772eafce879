import type { Kysely } from 'kysely'
import { type LastRun, lastRuns } from '../catalog/processes/schedules.ts'
import type { Database } from '../catalog/schema.ts'
import type { Settings } from '../config/settings.ts'
import { type Cadence, readCadence } from '../crawl/schedule/cron.ts'
import { cadenceOf, JOB_NAMES, type JobName } from './cadences.ts'

/** A job as whoever keeps the schedule keeps it. */
export interface KeptJob {
  job: JobName
  /** Undefined where it is off. */
  cadence: Cadence | undefined
  cronSource: 'last-run' | 'settings'
  /** What the settings of this process say; undefined where they say off. */
  ownCadence: Cadence | undefined
  lastRun: LastRun | undefined
}

export interface KeptScheduleOptions {
  now: Date
  /** Whether this process keeps the schedule itself: then its settings are what holds. */
  isKeeper: boolean
}

/** A job that fails rests for up to an hour, and its schedule is kept all the same. */
const LONGEST_REST_MS = 3_600_000

/**
 * Every job with the schedule that is kept, by whichever process: that of its last run, as long as no more than one due time
 * has passed since, or an hour. Where nobody has run it lately, the settings of this process. Time zones are not recorded:
 * that of the settings is taken for that of whoever keeps the schedule.
 */
export async function keptSchedule(
  settings: Settings,
  db: Kysely<Database>,
  { now, isKeeper }: KeptScheduleOptions,
): Promise<KeptJob[]> {
  const last = new Map((await lastRuns(db)).map((run) => [run.job, run]))
  return JOB_NAMES.map((job) => {
    const lastRun = last.get(job)
    const ownCadence = cadenceOf(job, settings)
    const recorded = isKeeper || lastRun === undefined ? undefined : recordedCadence(lastRun, settings, now)
    const cronSource = recorded === undefined ? 'settings' : 'last-run'
    return { job, cadence: recorded ?? ownCadence, cronSource, ownCadence, lastRun }
  })
}

function recordedCadence({ cron, heartbeatAt }: LastRun, settings: Settings, now: Date): Cadence | undefined {
  const cadence = readCadence(cron, settings.scheduleTimeZone)
  const due = cadence.next(heartbeatAt)
  const following = due && cadence.next(due)
  const keptUntilMs = Math.max(following?.getTime() ?? 0, heartbeatAt.getTime() + LONGEST_REST_MS)
  return now.getTime() < keptUntilMs ? cadence : undefined
}
