import { ageText } from '../../output/ages.ts'
import { formatDuration } from '../../output/format.ts'
import { renderTable } from '../../output/table.ts'
import { withLabel } from '../../output/with-label.ts'
import type { ScheduledJob } from '../../service/effective-schedule.ts'
import { scheduleReport } from '../../service/status/schedule.ts'

/** `hubdex schedule --list` for people: a table, notes of the last runs, and schedules that differ from the settings. */
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
  const notes = reports.flatMap(({ job, lastNote }) => (lastNote === null ? [] : [withLabel(job, lastNote, width)]))
  const remark = otherSettings(jobs, width)
  return [renderTable(rows, { width }), notes.join('\n'), remark].filter((part) => part !== '').join('\n\n')
}

function otherSettings(jobs: readonly ScheduledJob[], width: number | undefined): string {
  const others = jobs.filter(({ cronSchedule, ownSchedule }) => cronSchedule?.text !== ownSchedule?.text)
  if (others.length === 0) return ''
  const own = others.map(({ job, ownSchedule }) => `${job} ${ownSchedule?.text ?? 'off'}`).join(', ')
  return withLabel('', `Schedules are those of the last runs; the settings here differ: ${own}.`, width, 0)
}

function shortTime(iso: string | null): string {
  return iso === null ? '' : `${iso.slice(0, 16).replace('T', ' ')} UTC`
}
