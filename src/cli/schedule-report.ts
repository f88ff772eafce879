import type { Kysely } from 'kysely'
import { lastRuns } from '../catalog/schedules.ts'
import type { Database, RunState } from '../catalog/schema.ts'
import type { Settings } from '../config/settings.ts'
import { cadenceOf, JOB_NAMES } from './cadences.ts'
import { formatDuration } from './output/format.ts'
import { renderTable } from './output/table.ts'

/** One job as `hubdex schedule --list --json` shows it; instants in ISO 8601. */
export interface JobReport {
  job: string
  /** The cron expression, or `off`. */
  cron: string
  lastState: RunState | null
  lastStartedAt: string | null
  lastTookSecs: number | null
  lastNote: string | null
  /** When it is due next, a run by chance a little later; null where it is off. */
  nextDueAt: string | null
}

/** Every job with its last run and its next. */
export async function scheduleReport(settings: Settings, db: Kysely<Database>, now: Date): Promise<JobReport[]> {
  const last = new Map((await lastRuns(db)).map((run) => [run.job, run]))
  return JOB_NAMES.map((job) => {
    const cadence = cadenceOf(job, settings)
    const run = last.get(job)
    const tookMs = run?.finishedAt ? run.finishedAt.getTime() - run.startedAt.getTime() : null
    return {
      job,
      cron: cadence?.text ?? 'off',
      lastState: run?.state ?? null,
      lastStartedAt: run?.startedAt.toISOString() ?? null,
      lastTookSecs: tookMs === null ? null : Math.round(tookMs / 1000),
      lastNote: run?.note ?? null,
      nextDueAt: cadence?.next(now)?.toISOString() ?? null,
    }
  })
}

/** The same for people. */
export function scheduleTable(reports: readonly JobReport[], width: number | undefined): string {
  const rows = reports.map((report) => ({
    job: report.job,
    schedule: report.cron,
    'last run': report.lastState ?? 'never',
    started: shortTime(report.lastStartedAt),
    took: report.lastTookSecs === null ? '' : formatDuration(report.lastTookSecs),
    'next due': shortTime(report.nextDueAt),
    note: report.lastNote ?? '',
  }))
  return renderTable(rows, { width })
}

function shortTime(iso: string | null): string {
  return iso === null ? '' : `${iso.slice(0, 16).replace('T', ' ')} UTC`
}
