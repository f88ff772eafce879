import { formatNumber } from '../util/format-number.ts'
import { columnWidths, GAP } from './column-widths.ts'
import { escapeForTerminal } from './escape.ts'
import { fitTo } from './fit.ts'
import { formatExactly } from './format.ts'
import { toJson } from './json.ts'
import type { TableData } from './table-data.ts'
import { textWidth } from './text-width.ts'

export interface TableOptions {
  /** Columns of the terminal; texts are shortened to fit. Left out, nothing is: for files and pipes. */
  width?: number | undefined
  /** Columns that give way to the others in a terminal that is too narrow for all, the first first. @default all texts alike */
  givingWay?: readonly string[]
  /**
   * Whether a column that holds nothing but whole numbers from 1900 to 2100 holds years, which are not grouped: in an answer to
   * anybody's question, where it cannot be known.
   */
  mayHoldYears?: boolean
  /** Whether numbers are shown with all their digits, however many; left out, fractions are rounded to a few. */
  isExact?: boolean
}

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
  const { width, givingWay, mayHoldYears = false, isExact = false } = options
  const heads = columns.map(escapeForTerminal)
  const values = heads.map((_, column) => presentIn(rows, column))
  const isNumeric = values.map(areNumbers)
  const isPlain = values.map((present) => mayHoldYears && areYears(present))
  const lines = rows.map((row) =>
    heads.map((_, column) => cellText(row[column], { isPlain: isPlain[column] === true, isExact })),
  )
  const aligns = isNumeric.map((numeric) => (numeric ? 'right' : 'left'))

  const natural = heads.map((head, column) => ({
    name: head,
    width: widest([head, ...lines.map((line) => line[column] ?? '')]),
    isText: isNumeric[column] === false,
  }))
  const widths = columnWidths(natural, width ?? Number.POSITIVE_INFINITY, givingWay)

  const draw = (cells: readonly string[]) =>
    widths
      .flatMap((space, column) => (space === undefined ? [] : [fitTo(cells[column] ?? '', space, aligns[column])]))
      .join(GAP)
      .trimEnd()
  const rule = widths.flatMap((space) => (space === undefined ? [] : ['─'.repeat(space)])).join(GAP)
  return [draw(heads), rule, ...lines.map(draw)].join('\n')
}

function cellText(value: unknown, { isPlain, isExact }: { isPlain: boolean; isExact: boolean }): string {
  if (value === null || value === undefined) return ''
  if (JSON.isRawJSON(value)) return formatExactly(value)
  if (typeof value === 'number' || typeof value === 'bigint') {
    if (isPlain) return String(value)
    return isExact ? formatExactly(value) : formatNumber(value)
  }
  if (typeof value === 'string') return escapeForTerminal(value)
  return escapeForTerminal(toJson(value))
}

function presentIn(rows: TableData['rows'], column: number): unknown[] {
  return rows.map((row) => row[column]).filter((value) => value !== null && value !== undefined)
}

function areNumbers(values: readonly unknown[]): boolean {
  return values.length > 0 && values.every(isNumber)
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint' || JSON.isRawJSON(value)
}

function areYears(values: readonly unknown[]): boolean {
  return areNumbers(values) && values.every((value) => Number.isInteger(Number(value)) && isYear(Number(value)))
}

function isYear(value: number): boolean {
  return value >= 1900 && value <= 2100
}

/** Not Math.max(...): a long table has more cells than a call may have arguments. */
function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, textWidth(text)), 0)
}
