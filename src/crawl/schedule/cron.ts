import { Cron } from 'croner'

export interface CronSchedule {
  /** The cron expression. */
  readonly text: string
  /** The latest due time up to and including `now`. Undefined if there was none. */
  latest(now: Date): Date | undefined
  /** The first due time after `now`. Undefined if there is none. */
  next(now: Date): Date | undefined
}

/**
 * Parses a cron expression of five fields, or of six with seconds first.
 *
 * @param timeZone an IANA name, such as `Europe/Berlin`
 * @throws Error if the expression or the time zone is invalid
 */
export function readCronSchedule(text: string, timeZone: string): CronSchedule {
  const cron = new Cron(text, { paused: true, timezone: timeZone, mode: '5-or-6-parts' })
  return {
    text,
    // The library excludes the instant itself.
    latest: (now) => cron.previousRuns(1, new Date(now.getTime() + 1))[0],
    next: (now) => cron.nextRun(now) ?? undefined,
  }
}
