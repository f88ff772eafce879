import { stringify } from 'csv-stringify/sync'
import { toJson } from './json.ts'
import type { TableData } from './table-data.ts'

/**
 * CSV (RFC 4180) with a head line. Null is an empty field, an empty text is `""`, structures are JSON, numbers are not
 * grouped.
 *
 * Text that a spreadsheet would run as a formula (it begins with `=`, `+`, `-`, `@` or the like) gets a `'` in front:
 * what repos say of themselves is anybody's text, and people open CSV with a double click. Programs that need the exact
 * text take JSON. Numbers are left alone.
 */
export function renderCsv({ columns, rows }: TableData): string {
  return stringify([columns, ...rows.map((row) => columns.map((_, column) => field(row[column])))], {
    // Not `quoted_empty`, which quotes null as well.
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
  // Postgres writes this number as a text in JSON; it is no formula.
  if (value === '-Infinity') return { number: value }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value
  return toJson(value)
}
