import { stringify } from 'csv-stringify/sync'
import { toJson } from './json.ts'
import type { TableData } from './table-data.ts'

/**
 * CSV (RFC 4180) with a header. Null is an empty field, an empty text is `""`, structures are JSON, numbers are not grouped.
 *
 * Text that a spreadsheet would run as a formula (it begins with `=`, `+`, `-`, `@` or the like) gets a leading `'`: repos
 * contain arbitrary text, and a double click opens CSV in a spreadsheet. Programs that need the exact text use JSON.
 */
export function renderCsv({ columns, rows }: TableData): string {
  return stringify([columns, ...rows.map((row) => columns.map((_, column) => field(row[column])))], {
    // Not `quoted_empty`, which would quote null too.
    quoted_match: /^$/,
    escape_formulas: true,
    cast: { object: ({ number }) => ({ value: String(number), escape_formulas: false }) },
    record_delimiter: 'unix',
    eof: false,
  })
}

function field(value: unknown): string | number | bigint | { number: string } | null {
  if (value === null || value === undefined) return null
  if (JSON.isRawJSON(value)) return { number: value.rawJSON }
  // Postgres writes this number as a string in JSON; it is not a formula.
  if (value === '-Infinity') return { number: value }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value
  return toJson(value)
}
