import { formatNumber } from '../util/format-number.ts'
import { columnWidths, GAP } from './column-widths.ts'
import { escapeForTerminal } from './escape.ts'
import { fitTo } from './fit.ts'
import { formatExactly } from './format.ts'
import { highlighted } from './highlight.ts'
import { toJson } from './json.ts'
import type { TableData } from './table-data.ts'
import { textWidth } from './text-width.ts'

export interface TableOptions {
  /** Columns of the terminal; texts are shortened to fit. Omit for files and pipes, where nothing is shortened. */
  width?: number | undefined
  /** Columns to shrink, then to drop in this order, when the terminal is too narrow. @default all texts shrink alike */
  dropFirst?: readonly string[]
  /** Does not group a column of whole numbers from 1900 to 2100: in arbitrary queries they are probably years. */
  keepYearsPlain?: boolean
  /** Shows numbers with all their digits instead of rounding fractions. */
  isExact?: boolean
  /** What of a cell is in bold, if it is not escaped: ranges in order. @default nothing */
  highlights?: (row: number, column: string) => readonly (readonly [start: number, end: number])[]
  /** A line to print below a row. @default none */
  lineBelow?: (row: number) => string | undefined
}

/** A table of objects with the same keys. The keys of the first are the columns; a missing key is an empty cell. */
export function renderTable(rows: readonly object[], options: TableOptions = {}): string {
  const columns = Object.keys(rows[0] ?? {})
  const cells = rows.map((row) => new Map<string, unknown>(Object.entries(row)))
  return renderColumns({ columns, rows: cells.map((row) => columns.map((column) => row.get(column))) }, options)
}

/** A table for people. Null is empty, structures are JSON, numbers are grouped. Terminal controls are escaped. */
export function renderColumns({ columns, rows }: TableData, options: TableOptions = {}): string {
  const { width, dropFirst, keepYearsPlain = false, isExact = false, highlights, lineBelow } = options
  const heads = columns.map(escapeForTerminal)
  const values = heads.map((_, column) => presentIn(rows, column))
  const isNumeric = values.map(areNumbers)
  const isPlain = values.map((present) => keepYearsPlain && areYears(present))
  const lines = rows.map((row) =>
    heads.map((_, column) => cellText(row[column], { isPlain: isPlain[column] === true, isExact })),
  )
  const aligns = isNumeric.map((numeric) => (numeric ? 'right' : 'left'))

  const natural = heads.map((head, column) => ({
    name: head,
    width: widest([head, ...lines.map((line) => line[column] ?? '')]),
    isText: isNumeric[column] === false,
  }))
  const widths = columnWidths(natural, width ?? Number.POSITIVE_INFINITY, dropFirst)

  const draw = (cells: readonly string[], row?: number) =>
    widths
      .flatMap((space, column) => {
        if (space === undefined) return []
        const [text, name] = [cells[column] ?? '', columns[column] ?? '']
        const fitted = fitTo(text, space, aligns[column])
        const isAsGiven = row !== undefined && rows[row]?.[column] === text
        return [isAsGiven ? highlighted(fitted, highlights?.(row, name) ?? [], text.length) : fitted]
      })
      .join(GAP)
      .trimEnd()
  const rule = widths.flatMap((space) => (space === undefined ? [] : ['─'.repeat(space)])).join(GAP)
  const drawn = lines.flatMap((line, row) => [draw(line, row), lineBelow?.(row) ?? []].flat())
  return [draw(heads), rule, ...drawn].join('\n')
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

/** Not Math.max(...): a long table has more cells than a call can have arguments. */
function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, textWidth(text)), 0)
}
