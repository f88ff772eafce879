import type { Settings } from '../config/settings.ts'
import { type CronSchedule, readCronSchedule } from '../crawl/schedule/cron.ts'

/** The setting with the schedule of each job, in display order. */
const SCHEDULES = {
  full: 'scheduleFull',
  recent: 'scheduleRecent',
  collections: 'scheduleCollections',
  tags: 'scheduleTags',
  stages: 'scheduleStages',
} as const satisfies Record<string, keyof Settings>

export type JobName = keyof typeof SCHEDULES

export const JOB_NAMES = Object.keys(SCHEDULES) as JobName[]

/** The schedule of a job; undefined if it is off. */
export function cronOf(name: JobName, settings: Settings): CronSchedule | undefined {
  const text = settings[SCHEDULES[name]]
  return text === 'off' ? undefined : readCronSchedule(text, settings.scheduleTimeZone)
}
