import type { Settings } from '../config/settings.ts'
import { type CronSchedule, readCronSchedule } from '../crawl/schedule/cron.ts'

/** Jobs in the order in which they are shown, and the settings that say when they run. */
const SCHEDULES = {
  full: 'scheduleFull',
  recent: 'scheduleRecent',
  tags: 'scheduleTags',
  stages: 'scheduleStages',
} as const satisfies Record<string, keyof Settings>

export type JobName = keyof typeof SCHEDULES

export const JOB_NAMES = Object.keys(SCHEDULES) as JobName[]

/** When a job is due; undefined where it is off. */
export function cronOf(name: JobName, settings: Settings): CronSchedule | undefined {
  const text = settings[SCHEDULES[name]]
  return text === 'off' ? undefined : readCronSchedule(text, settings.scheduleTimeZone)
}
