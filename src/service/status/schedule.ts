import type { RunState } from '../../catalog/schema.ts'
import type { ScheduledJob } from '../effective-schedule.ts'

/** One job as `hubdex schedule --list --json` shows it; instants in ISO 8601. */
export interface JobReport {
  job: string
  /** The cron expression, or `off`. */
  cron: string
  /** Where it comes from: the process that ran the job last, or the settings of this process. */
  cronSource: ScheduledJob['cronSource']
  lastState: RunState | null
  lastStartedAt: string | null
  lastTookSecs: number | null
  lastNote: string | null
  /** When it is due next; null if it is off. The run may start later, by up to HUBDEX_SCHEDULE_JITTER_SECS. */
  nextDueAt: string | null
}

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
