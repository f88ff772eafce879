import { Cron } from 'croner'

/** When a job is due. */
export interface CronSchedule {
  /** The schedule as it was given. */
  readonly text: string
  /** The latest due time up to and including the given instant; undefined where there was none. */
  latest(now: Date): Date | undefined
  /** The first due time after the given instant; undefined where there is none. */
  next(now: Date): Date | undefined
}

/**
 * Reads a cron expression of five fields, or of six with seconds first.
 *
 * @param timeZone an IANA name, such as `Europe/Berlin`
 * @throws when it is none
 */
export function readCronSchedule(text: string, timeZone: string): CronSchedule {
  const cron = new Cron(text, { paused: true, timezone: timeZone, mode: '5-or-6-parts' })
  return {
    text,
    // The library looks for what lies before an instant, not at it.
    latest: (now) => cron.previousRuns(1, new Date(now.getTime() + 1))[0],
    next: (now) => cron.nextRun(now) ?? undefined,
  }
}
