import stringWidth from 'string-width'
import { escapeForTerminal } from './escape.ts'
import { fitTo, shareWidth } from './fit.ts'
import { formatNumber } from './format.ts'
import { toJson } from './json.ts'
import type { TableData } from './table-data.ts'

export interface TableOptions {
  /** Columns of the terminal; texts are shortened to fit. Left out, nothing is: for files and pipes. */
  width?: number | undefined
  /**
   * Whether a column that holds nothing but whole numbers from 1900 to 2100 holds years, which are not grouped: in an answer to
   * anybody's question, where it cannot be known.
   */
  mayHoldYears?: boolean
}

const GAP = '  '
/** A column of text is not made narrower than this: less could not be told apart. */
const MIN_WIDTH = 8

/** A table of objects that share their keys: the keys of the first are the columns, a missing one an empty cell. */
export function renderTable(rows: readonly object[], options: TableOptions = {}): string {
  const columns = Object.keys(rows[0] ?? {})
  const cells = rows.map((row) => new Map<string, unknown>(Object.entries(row)))
  return renderColumns({ columns, rows: cells.map((row) => columns.map((column) => row.get(column))) }, options)
}

/**
 * A table for people: a head, a rule and a line a row. Numbers are grouped and stand to the right, nothing is shown for
 * null, structures are shown as JSON. Safe for any content: what a terminal would obey is shown as an escape.
 */
export function renderColumns({ columns, rows }: TableData, options: TableOptions = {}): string {
  const { width, mayHoldYears = false } = options
  const heads = columns.map(escapeForTerminal)
  const values = heads.map((_, column) => presentIn(rows, column))
  const isNumeric = values.map(areNumbers)
  const isPlain = values.map((present) => mayHoldYears && areYears(present))
  const lines = rows.map((row) => heads.map((_, column) => cellText(row[column], isPlain[column])))
  const aligns = isNumeric.map((numeric) => (numeric ? 'right' : 'left'))

  const natural = heads.map((head, column) => widest([head, ...lines.map((line) => line[column] ?? '')]))
  const widths = width === undefined ? natural : narrowed(natural, isNumeric, width)

  const draw = (cells: readonly string[]) =>
    cells
      .map((cell, column) => fitTo(cell, widths[column] ?? 0, aligns[column]))
      .join(GAP)
      .trimEnd()
  const rule = widths.map((columnWidth) => '─'.repeat(columnWidth)).join(GAP)
  return [draw(heads), rule, ...lines.map(draw)].join('\n')
}

/** Only text gives way: half a number would be a wrong one. */
function narrowed(natural: readonly number[], isNumeric: readonly boolean[], width: number): number[] {
  const texts = natural.filter((_, column) => !isNumeric[column])
  const numbers = natural.filter((_, column) => isNumeric[column])
  const taken = numbers.reduce((total, columnWidth) => total + columnWidth, GAP.length * (natural.length - 1))
  const shared = shareWidth(texts, width - taken, MIN_WIDTH)
  return natural.map((columnWidth, column) => (isNumeric[column] ? columnWidth : (shared.shift() ?? columnWidth)))
}

function cellText(value: unknown, isPlain = false): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number' || typeof value === 'bigint') return isPlain ? String(value) : formatNumber(value)
  if (typeof value === 'string') return escapeForTerminal(value)
  return escapeForTerminal(toJson(value))
}

function presentIn(rows: TableData['rows'], column: number): unknown[] {
  return rows.map((row) => row[column]).filter((value) => value !== null && value !== undefined)
}

function areNumbers(values: readonly unknown[]): boolean {
  return values.length > 0 && values.every((value) => typeof value === 'number' || typeof value === 'bigint')
}

function areYears(values: readonly unknown[]): boolean {
  return areNumbers(values) && values.every((value) => Number.isInteger(Number(value)) && isYear(Number(value)))
}

function isYear(value: number): boolean {
  return value >= 1900 && value <= 2100
}

/** Not Math.max(...): a long table has more cells than a call may have arguments. */
function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, stringWidth(text)), 0)
}
