import { instantOf } from '../../hub/instant.ts'
import { isObject } from '../../hub/is-object.ts'

/*
 * Read a value from the wire as the type that it should have; null, or an empty list, where it has another.
 */

export function asText(value: unknown, maxLength: number): string | null {
  return typeof value === 'string' && value.length <= maxLength ? value : null
}

export function asBoolean(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null
}

/** A finite number within bigint, cut to its whole part. */
export function asInteger(value: unknown): number | null {
  return typeof value === 'number' && Math.abs(value) < LARGEST_BIGINT ? Math.trunc(value) : null
}

export function asNumber(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** An instant as ISO 8601, in the years that both JavaScript and Postgres can write. */
export function asInstant(value: unknown): string | null {
  if (typeof value !== 'string') return null
  if (PLAIN_INSTANT.test(value)) return value
  const time = instantOf(value)
  return time === undefined || time < YEAR_ONE || time >= YEAR_TEN_THOUSAND ? null : new Date(time).toISOString()
}

/** An object, such as card data. */
export function asObject(value: unknown): Record<string, unknown> | null {
  return isObject(value) ? value : null
}

/**
 * The texts of a list, or the one text that stands in place of a list. Numbers and booleans count as their text. A member that
 * is anything else, blank or too long costs itself alone.
 */
export function asTexts(value: unknown, maxLength: number): string[] {
  const members: readonly unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? [value] : []
  return members.map((member) => memberText(member, maxLength)).filter((text) => text !== null)
}

/** Whether a value is a list of which {@link asTexts} keeps everything as it is. */
export function isTextList(value: unknown, maxLength: number): boolean {
  return (
    Array.isArray(value) &&
    value.every((member) => typeof member === 'string' && memberText(member, maxLength) !== null)
  )
}

/**
 * What the Hub sends, on a day that every month has: good as it is. Nearly all instants are, and parsing is what costs.
 */
const PLAIN_INSTANT = /^[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/
const YEAR_ONE = Date.parse('0001-01-01T00:00:00.000Z')
const YEAR_TEN_THOUSAND = Date.UTC(10_000, 0, 1)
const LARGEST_BIGINT = 2 ** 63

/** A member of a list as text; null where it is blank, too long or no single value. */
function memberText(member: unknown, maxLength: number): string | null {
  if (typeof member !== 'string')
    return asNumber(member) !== null || typeof member === 'boolean' ? String(member) : null
  return member.length <= maxLength && member.trim() !== '' ? member : null
}

/** A string, or the strings of a list, as a list: card data has both for the same key. Blank ones are left out. */
export function oneOrMany(value: unknown): string[] {
  const members: readonly unknown[] = Array.isArray(value) ? value : [value]
  return members.filter((member): member is string => typeof member === 'string' && member.trim() !== '')
}

/** The beginning of a text. A pair of surrogates that the cut would split is replaced, since Postgres stores no half. */
export function truncate(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : text.slice(0, maxLength).toWellFormed()
}
