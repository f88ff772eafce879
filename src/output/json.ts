import { escapeInJson } from './escape.ts'
import type { TableData } from './table-data.ts'

/**
 * JSON that is safe to print (see {@link escapeInJson}). A bigint and an ExactNumber become plain numbers with all
 * their digits, which JSON allows; readers that keep numbers as doubles round them.
 *
 * @param indent spaces a level; everything on one line without it
 */
export function toJson(value: unknown, indent?: number): string {
  const json = JSON.stringify(
    value,
    (_, item: unknown) => (typeof item === 'bigint' ? JSON.rawJSON(String(item)) : item),
    indent,
  )
  return escapeInJson(json ?? 'null')
}

/** Rows as an array of objects, one a line: a document that tools parse and people read. Keys keep the columns' order. */
export function renderJsonRows({ columns, rows }: TableData): string {
  const keys = columns.map((column) => toJson(column))
  // Objects built by hand: JavaScript would move keys such as `1` to the front and treat `__proto__` as something else.
  const lines = rows.map((row) => `{${keys.map((key, column) => `${key}:${toJson(row[column])}`).join(',')}}`)
  return lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n]`
}
