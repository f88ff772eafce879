import type { RunState } from '../../catalog/schema.ts'
import type { ScheduledJob } from '../effective-schedule.ts'
import { ageText } from '../output/ages.ts'
import { formatDuration } from '../output/format.ts'
import { labelled } from '../output/labelled.ts'
import { renderTable } from '../output/table.ts'

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
  return jobs.map(({ job, cadence, cronSource, lastRun }) => {
    const tookMs = lastRun?.finishedAt ? lastRun.finishedAt.getTime() - lastRun.startedAt.getTime() : null
    return {
      job,
      cron: cadence?.text ?? 'off',
      cronSource,
      lastState: lastRun?.state ?? null,
      lastStartedAt: lastRun?.startedAt.toISOString() ?? null,
      lastTookSecs: tookMs === null ? null : Math.round(tookMs / 1000),
      lastNote: lastRun?.note ?? null,
      nextDueAt: cadence?.next(now)?.toISOString() ?? null,
    }
  })
}

/** The same for people: a table, what the last runs said, and which schedules are not those of the settings. */
export function scheduleTable(jobs: readonly ScheduledJob[], now: Date, width: number | undefined): string {
  const reports = scheduleReport(jobs, now)
  const rows = reports.map((report) => ({
    job: report.job,
    schedule: report.cron,
    'last run': report.lastState ?? 'never',
    started: report.lastStartedAt === null ? '' : ageText(new Date(report.lastStartedAt), now),
    took: report.lastTookSecs === null ? '' : formatDuration(report.lastTookSecs),
    'next due': shortTime(report.nextDueAt),
  }))
  const notes = reports.flatMap(({ job, lastNote }) => (lastNote === null ? [] : [labelled(job, lastNote, width)]))
  const remark = otherSettings(jobs, width)
  return [renderTable(rows, { width }), notes.join('\n'), remark].filter((part) => part !== '').join('\n\n')
}

function otherSettings(jobs: readonly ScheduledJob[], width: number | undefined): string {
  const others = jobs.filter(({ cadence, ownSchedule }) => cadence?.text !== ownSchedule?.text)
  if (others.length === 0) return ''
  const own = others.map(({ job, ownSchedule }) => `${job} ${ownSchedule?.text ?? 'off'}`).join(', ')
  return labelled('', `Schedules are those of the last runs; the settings here say otherwise: ${own}.`, width, 0)
}

function shortTime(iso: string | null): string {
  return iso === null ? '' : `${iso.slice(0, 16).replace('T', ' ')} UTC`
}
