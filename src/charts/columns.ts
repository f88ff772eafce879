import { toJson } from '../output/json.ts'
import type { TableData } from '../output/table-data.ts'
import type { ExactNumber } from '../util/exact-number.ts'

/** What the values of a column are. Nulls fit any kind; `empty` has nothing else. */
export type ColumnKind = 'number' | 'time' | 'text' | 'empty'

const TIME = /^\d{4}-\d\d(-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?)?)?$/

export function columnKinds({ columns, rows }: TableData): ColumnKind[] {
  return columns.map((_, column) => {
    const values = rows.map((row) => row[column]).filter((value) => value !== null && value !== undefined)
    if (values.length === 0) return 'empty'
    if (values.some((value) => numberOf(value) !== undefined) && values.every(isNumeric)) return 'number'
    return values.every((value) => timeOf(value) !== undefined) ? 'time' : 'text'
  })
}

/** Finite numbers only. */
export function numberOf(value: unknown): number | undefined {
  const isNumber = typeof value === 'number' || typeof value === 'bigint'
  if (!isNumber && !isExactNumber(value)) return undefined
  const number = Number(isNumber ? value : value.rawJSON)
  return Number.isFinite(number) ? number : undefined
}

/** Without `JSON.isRawJSON`, which not every browser has. Objects of a result have a prototype. */
function isExactNumber(value: unknown): value is ExactNumber {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null
}

/** JSON has these numbers as strings. */
function isNumeric(value: unknown): boolean {
  return numberOf(value) !== undefined || value === 'NaN' || value === 'Infinity' || value === '-Infinity'
}

/** Milliseconds since 1970 of a month, a day or an instant as Postgres and DuckDB write it; UTC unless it says otherwise. */
export function timeOf(value: unknown): number | undefined {
  if (typeof value !== 'string' || !TIME.test(value)) return undefined
  const [day = '', time] = value.split(/[T ]/)
  // Postgres writes +00, which `Date` does not read.
  const clock = time === undefined ? '00:00Z' : time.replace(/([+-]\d\d)$/, '$1:00')
  const parsed = Date.parse(`${day.length === 7 ? `${day}-01` : day}T${/[Z+-]/.test(clock) ? clock : `${clock}Z`}`)
  return Number.isNaN(parsed) ? undefined : parsed
}

/** The name of a bar or line. */
export function nameOf(value: unknown): string {
  if (value === null || value === undefined) return '(null)'
  return typeof value === 'string' ? value : toJson(value)
}
