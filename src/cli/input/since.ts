import { UsageError } from '../command.ts'

/** Postgres has no year 0. */
const YEAR_ONE = Date.parse('0001-01-01T00:00:00Z')
const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 }

/**
 * Reads a time in the past: an ISO date or time, UTC unless it says otherwise, or an age such as `90m`, `12h`, `7d` or `2w`.
 *
 * @throws UsageError
 */
export function readSince(text: string, now: Date): Date {
  const time = ageBefore(text.trim(), now) ?? isoTime(text.trim())
  if (time !== undefined && time <= now) return new Date(Math.max(time.getTime(), YEAR_ONE))
  throw new UsageError(
    `Found ${JSON.stringify(text.slice(0, 100))}; expected a time in the past, such as 2026-11-01, 2026-11-01T08:00Z, or an age, ` +
      'such as 90m, 12h, 7d or 2w.',
  )
}

function ageBefore(text: string, now: Date): Date | undefined {
  const [, count, unit = ''] = /^(\d{1,6})([mhdw])$/.exec(text) ?? []
  const unitMs = UNIT_MS[unit]
  return unitMs === undefined ? undefined : new Date(now.getTime() - Number(count) * unitMs)
}

/** Without a zone the time is UTC, like all times of the catalog. */
function isoTime(text: string): Date | undefined {
  const [, day, time = '00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/.exec(text) ?? []
  const date = new Date(`${day}T${time}${zone}`)
  // An impossible day would be shifted to the next month.
  const isReal = !Number.isNaN(date.getTime()) && new Date(`${day}T00:00Z`).toISOString().startsWith(day ?? '?')
  return isReal ? date : undefined
}
