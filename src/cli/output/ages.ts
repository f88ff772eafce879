import { formatDuration } from './format.ts'

const DAY_SECONDS = 86_400

/** A span of time for people: as `formatDuration`, and in days from two of them on. */
export function spanText(seconds: number): string {
  return seconds < 2 * DAY_SECONDS ? formatDuration(seconds) : `${Math.round(seconds / DAY_SECONDS)} d`
}

/** How long ago, such as `3 m 5 s ago`; `never` for null. */
export function ageText(at: Date | null, now: Date): string {
  return at === null ? 'never' : `${spanText((now.getTime() - at.getTime()) / 1000)} ago`
}

/** How long until then, such as `in 2 h 0 m`; `now` for what is past. */
export function untilText(at: Date, now: Date): string {
  const seconds = (at.getTime() - now.getTime()) / 1000
  return seconds <= 0 ? 'now' : `in ${spanText(seconds)}`
}
