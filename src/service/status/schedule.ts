import type { RunState } from '../../catalog/schema.ts'
import type { ScheduledJob } from '../effective-schedule.ts'

/** One job as `hubdex schedule --list --json` shows it; instants in ISO 8601. */
export interface JobReport {
  job: string
  /** The cron expression, or `off`. */
  cron: string
  /** Whose it is: that of the process that ran it last, or the settings of this one. */
  cronSource: ScheduledJob['cronSource']
  lastState: RunState | null
  lastStartedAt: string | null
  lastTookSecs: number | null
  lastNote: string | null
  /** When it is due next, a run by chance a little later; null where it is off. */
  nextDueAt: string | null
}

/** Every job with its last run and its next. */
export function scheduleReport(jobs: readonly ScheduledJob[], now: Date): JobReport[] {
  return jobs.map(({ job, cronSchedule, cronSource, lastRun }) => {
    const tookMs = lastRun?.finishedAt ? lastRun.finishedAt.getTime() - lastRun.startedAt.getTime() : null
    return {
      job,
      cron: cronSchedule?.text ?? 'off',
      cronSource,
      lastState: lastRun?.state ?? null,
      lastStartedAt: lastRun?.startedAt.toISOString() ?? null,
      lastTookSecs: tookMs === null ? null : Math.round(tookMs / 1000),
      lastNote: lastRun?.note ?? null,
      nextDueAt: cronSchedule?.next(now)?.toISOString() ?? null,
    }
  })
}
