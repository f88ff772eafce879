import { formatDuration } from './format.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A duration for people: like `formatDuration`, but in days from two days on. */
export function spanText(seconds: number): string {
  return seconds < 2 * DAY ? formatDuration(seconds) : roughly(seconds)
}

/** Time since then, such as `3 m ago`; `never` for null. */
export function ageText(at: Date | null, now: Date): string {
  return at === null ? 'never' : `${roughly((now.getTime() - at.getTime()) / 1000)} ago`
}

/** Time until then, such as `in 2 h`; `now` when it is past. */
export function untilText(at: Date, now: Date): string {
  const seconds = (at.getTime() - now.getTime()) / 1000
  return seconds <= 0 ? 'now' : `in ${roughly(seconds)}`
}

/** In one unit, which changes at two of the next larger one. Short enough for a table. */
function roughly(seconds: number): string {
  if (seconds < 2 * MINUTE) return `${Math.max(0, Math.round(seconds))} s`
  if (seconds < 2 * HOUR) return `${Math.round(seconds / MINUTE)} m`
  return seconds < 2 * DAY ? `${Math.round(seconds / HOUR)} h` : `${Math.round(seconds / DAY)} d`
}
