import { isDateField, type Range, readRange } from '../../../../search/ranges.ts'
import type { RangeField } from '../../../../search/search-fields.ts'
import { compactNumber } from '../../../text/numbers.ts'
import { dayText } from '../../../text/time.tsx'
import { shortened } from '../../../text/user-text.tsx'

/** The range that is written `from..to`; undefined if the server refuses it, which says why. */
export function rangeOf(field: RangeField, text: string): Range | undefined {
  try {
    return readRange(field, text)
  } catch {
    return undefined
  }
}

export function isWithin(inner: Range | undefined, outer: Range | undefined): boolean {
  if (inner === undefined || outer === undefined) return false
  const isAfter = outer.from === null || (inner.from !== null && inner.from >= outer.from)
  const isBefore = outer.before === null || (inner.before !== null && inner.before <= outer.before)
  return isAfter && isBefore
}

/** `1B to 3B`, `since 2024`, `up to 100`. */
export function rangeText(field: RangeField, text: string): string {
  const isDate = isDateField(field)
  const [from, to] = text.split('..').map((end) => (end === '' ? '' : isDate ? dateText(end) : numberText(field, end)))
  if (!to) return isDate ? `since ${from}` : `${from} or more`
  return from ? `${from} to ${to}` : `up to ${to}`
}

/** An end of a bucket. */
export function endText(end: number | string | null | undefined): string {
  if (end === null || end === undefined) return ''
  return typeof end === 'number' ? compactNumber(end) : dateText(end)
}

/** A text that is not a number stays as it was typed; the server says what it expects. */
function numberText(field: RangeField, text: string): string {
  const value = rangeOf(field, `${text}..`)?.from
  return typeof value === 'number' ? compactNumber(value) : shortened(text, 20)
}

function dateText(text: string): string {
  return /^\d{4}-\d\d-\d\d/.test(text) ? dayText(text) : text
}
