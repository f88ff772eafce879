import { instantOf } from '../../hub/instant.ts'
import { isObject } from '../../hub/is-object.ts'

/* These read a value from the wire as the expected type. A value of another type is null or an empty list. */

/** Blank text says nothing, so it is null. */
export function asText(value: unknown, maxLength: number): string | null {
  const text = asProse(value, maxLength)
  return text?.trim() === '' ? null : text
}

/** Text that may be blank, as descriptions on the Hub often are. */
export function asProse(value: unknown, maxLength: number): string | null {
  return typeof value === 'string' && value.length <= maxLength ? value : null
}

/** Other servers than the Hub send 1 or `"true"`. If that counted as missing, their private repos would be shown. */
export function asBoolean(value: unknown): boolean | null {
  if (value === 1 || value === 'true') return true
  if (value === 0 || value === 'false') return false
  return typeof value === 'boolean' ? value : null
}

/** A number in the range of bigint, truncated to an integer. */
export function asInteger(value: unknown): number | null {
  return typeof value === 'number' && Math.abs(value) < LARGEST_BIGINT ? Math.trunc(value) : null
}

function asNumber(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** A number that also fits into four bytes, as the history has it: Postgres refuses larger ones, and smaller ones than that. */
export function asScore(value: unknown): number | null {
  const score = asNumber(value)
  if (score === null || !Number.isFinite(Math.fround(score))) return null
  return Math.abs(score) < SMALLEST_REAL ? 0 : score
}

/** An instant as ISO 8601, in the years that both JavaScript and Postgres support. */
export function asInstant(value: unknown): string | null {
  if (typeof value !== 'string') return null
  if (PLAIN_INSTANT.test(value)) return value
  const time = instantOf(value)
  return time === undefined || time < YEAR_ONE || time >= YEAR_TEN_THOUSAND ? null : new Date(time).toISOString()
}

export function asObject(value: unknown): Record<string, unknown> | null {
  return isObject(value) ? value : null
}

/** The Hub sends false or a mode. A bare true is undocumented; it is read as `auto`. */
export function gatedOf(value: unknown): 'false' | 'auto' | 'manual' | null {
  if (value === 'auto' || value === 'manual') return value
  const isGated = asBoolean(value)
  return isGated === null ? null : isGated ? 'auto' : 'false'
}

/** The texts, numbers and booleans of a list as texts, or a single text as a list. Skips blank and too long ones. */
export function asTexts(value: unknown, maxLength: number): string[] {
  const members: readonly unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? [value] : []
  return members.map((member) => memberText(member, maxLength)).filter((text) => text !== null)
}

/** Whether a value is a list that {@link asTexts} returns unchanged. */
export function isTextList(value: unknown, maxLength: number): boolean {
  return Array.isArray(value) && value.every((member) => typeof member === 'string' && memberText(member, maxLength) !== null)
}

/** The form that the Hub sends, on a day that every month has. Nearly all instants match, and need no costly parsing. */
const PLAIN_INSTANT = /^[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/
const YEAR_ONE = Date.parse('0001-01-01T00:00:00.000Z')
const YEAR_TEN_THOUSAND = Date.UTC(10_000, 0, 1)
const LARGEST_BIGINT = 2 ** 63
const SMALLEST_REAL = 2 ** -126

/** A member of a list as text; null if it is blank, too long or not a single value. */
function memberText(member: unknown, maxLength: number): string | null {
  if (typeof member !== 'string') return asNumber(member) !== null || typeof member === 'boolean' ? String(member) : null
  return asText(member, maxLength)
}

/**
 * A string or the strings of a list, as a list: card data has both under the same key. Drops blanks around them and repeated
 * ones.
 */
export function oneOrMany(value: unknown): string[] {
  const members: readonly unknown[] = Array.isArray(value) ? value : [value]
  const texts = members.filter((member) => typeof member === 'string').map((text) => text.trim())
  return [...new Set(texts.filter((text) => text !== ''))]
}

/** The start of a text. A surrogate pair that is split by the cut becomes U+FFFD, because Postgres cannot store half of it. */
export function truncate(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : text.slice(0, maxLength).toWellFormed()
}
