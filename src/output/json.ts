import { escapeInJson } from './escape.ts'
import type { TableData } from './table-data.ts'

/**
 * JSON that is safe to print (see {@link escapeInJson}). A bigint or ExactNumber becomes a number with all its digits, which
 * JSON allows; readers that use doubles round it.
 *
 * @param indent spaces per level; without it everything is on one line
 */
export function toJson(value: unknown, indent?: number): string {
  const json = JSON.stringify(
    value,
    (_, item: unknown) => (typeof item === 'bigint' ? JSON.rawJSON(String(item)) : item),
    indent,
  )
  return escapeInJson(json ?? 'null')
}

/** Rows as an array of objects, one per line, for tools and people. Keys keep the order of the columns. */
export function renderJsonRows({ columns, rows }: TableData): string {
  const keys = columns.map((column) => toJson(column))
  // Objects are built by hand: JavaScript would move keys such as `1` to the front and give `__proto__` a special meaning.
  const lines = rows.map((row) => `{${keys.map((key, column) => `${key}:${toJson(row[column])}`).join(',')}}`)
  return lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n]`
}
