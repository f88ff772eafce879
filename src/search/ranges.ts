import { InvalidSearch } from './invalid-search.ts'
import type { SearchDocument } from './search-document.ts'
import { RANGE_FIELDS, type RangeField } from './search-fields.ts'

/** Numbers, or for dates milliseconds since 1970. `from` is included and `before` is not; null if it is open on that side. */
export interface Range {
  from: number | null
  before: number | null
}

export interface Bucket extends Range {
  /** Documents with a value in the range. */
  count: number
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, b: 1e9, g: 1e9, t: 1e12 }
const DAY_MS = 86_400_000
/** The years that Postgres and Meilisearch can both compare. */
const YEARS = { first: 1970, last: 9_999 }

/** The value of a document for each field with ranges. */
export const numberOf: Readonly<Record<RangeField, (document: SearchDocument) => number | null>> = {
  parameters: ({ parameters }) => parameters,
  downloads: ({ downloads }) => downloads,
  likes: ({ likes }) => likes,
  created: ({ createdAt }) => (createdAt === null ? null : Date.parse(createdAt)),
  modified: ({ lastModified }) => (lastModified === null ? null : Date.parse(lastModified)),
}

export function isInRange({ from, before }: Range, value: number | null): boolean {
  return value !== null && (from === null || value >= from) && (before === null || value < before)
}

export function asRangeField(name: string): RangeField | undefined {
  return RANGE_FIELDS.find((field) => field === name.toLowerCase())
}

export function isDateField(field: RangeField): boolean {
  return field === 'created' || field === 'modified'
}

/**
 * Reads `from..to`, where either may be missing. Both are included: a date may be a year, a month, a day or an instant, and as
 * the end stands for all of it. Numbers may have a unit: K, M, B or T.
 * @throws InvalidSearch
 */
export function readRange(field: RangeField, text: string): Range {
  const [first = '', last, ...more] = text.split('..').map((part) => part.trim())
  const read = isDateField(field) ? readDate : readNumber
  const from = first === '' ? null : read(first)?.from
  const before = last === '' ? null : read(last ?? '')?.before
  const isValid = from !== undefined && before !== undefined && more.length === 0 && (from !== null || before !== null)
  if (!isValid) {
    const example = isDateField(field) ? '2025-01..2025-06-15 or 2024..' : '1000.. or 1M..8.5B'
    throw new InvalidSearch(`Expected a range for ${field}, such as ${example}; got "${text.slice(0, 100)}".`)
  }
  if (from !== null && before !== null && from >= before) {
    throw new InvalidSearch(`The range ${text.slice(0, 100)} for ${field} ends before it begins. Swap its ends.`)
  }
  return { from, before }
}

/** The range as `readRange` reads it. */
export function writeRange(field: RangeField, { from, before }: Range): string {
  const [first, last] = [from, before === null ? null : before - 1]
  if (!isDateField(field)) return `${first ?? ''}..${last ?? ''}`
  return `${writeDate(first, from)}..${writeDate(last, before)}`
}

/** A day if it is whole. @param bound the begin or end of that day */
function writeDate(value: number | null, bound: number | null): string {
  if (value === null || bound === null) return ''
  const instant = new Date(value).toISOString()
  return bound % DAY_MS === 0 ? instant.slice(0, 10) : instant
}

function readNumber(text: string): Range | undefined {
  const [, digits = '', unit = ''] = /^(\d{1,15}(?:\.\d{1,6})?)\s*([kmbgt]?)$/i.exec(text) ?? []
  const value = Math.round(Number(digits) * (UNITS[unit.toLowerCase()] ?? 1))
  return digits === '' || !Number.isSafeInteger(value) ? undefined : { from: value, before: value + 1 }
}

function readDate(text: string): Range | undefined {
  const [, year = '', month, day] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text) ?? []
  if (Number(year) > YEARS.last || Number(year) < YEARS.first) return year === '' ? readInstant(text) : undefined
  const from = new Date(`${year}-${month ?? '01'}-${day ?? '01'}T00:00:00Z`)
  // JavaScript takes 2025-02-31 for a day in March.
  if (Number.isNaN(from.getTime()) || (day !== undefined && from.getUTCDate() !== Number(day))) return undefined
  const next = new Date(from)
  if (day !== undefined) next.setUTCDate(next.getUTCDate() + 1)
  else if (month !== undefined) next.setUTCMonth(next.getUTCMonth() + 1)
  else next.setUTCFullYear(next.getUTCFullYear() + 1)
  return { from: from.getTime(), before: next.getTime() }
}

function readInstant(text: string): Range | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z$/.test(text)) return undefined
  const from = Date.parse(text)
  return Number.isNaN(from) || from < 0 ? undefined : { from, before: from + 1 }
}

/** Counters: a third of a power of ten each. Parameters below a million hardly occur. */
const BOUNDS = {
  downloads: [1, 3, 10, 30, 100, 300, 1e3, 3e3, 1e4, 3e4, 1e5, 3e5, 1e6, 3e6, 1e7, 3e7, 1e8],
  likes: [1, 3, 10, 30, 100, 300, 1e3, 3e3, 1e4],
  parameters: [1e6, 3e6, 1e7, 3e7, 1e8, 3e8, 1e9, 3e9, 7e9, 13e9, 34e9, 70e9, 2e11, 5e11, 1e12],
} as const

/** The first year with a bucket of its own. The Hub began in 2019. */
const FIRST_YEAR = 2019

/** The buckets of a histogram, ascending, without gaps: the first and the last are open. Dates are by quarter. */
export function bucketRanges(field: RangeField, now: Date = new Date()): Range[] {
  const bounds = field === 'created' || field === 'modified' ? quartersUntil(now) : BOUNDS[field]
  return [null, ...bounds].map((from, index) => ({ from, before: bounds[index] ?? null }))
}

function quartersUntil(now: Date): number[] {
  const quarters = (now.getUTCFullYear() - FIRST_YEAR) * 4 + Math.floor(now.getUTCMonth() / 3) + 1
  return Array.from({ length: Math.max(1, quarters) }, (_, quarter) => Date.UTC(FIRST_YEAR, quarter * 3))
}
