import type { TableData } from '../output/table-data.ts'
import { type ChartType, UnfitForChart } from './chart.ts'
import { type ColumnKind, columnKinds } from './columns.ts'

/** What the user asks for; the rest is chosen. Columns are given by name. */
export interface ChartRequest {
  type?: ChartType | undefined
  x?: string | undefined
  y?: readonly string[] | undefined
  series?: string | undefined
}

/** Columns of a result, by index. */
export interface ChosenColumns {
  type: ChartType
  kinds: readonly ColumnKind[]
  /** Several only for bars, whose names they form together. */
  x: readonly number[]
  /** Several only for lines: one line each. */
  y: readonly number[]
  /** The column whose values separate the lines or dots. */
  series: number | undefined
}

/**
 * Chooses columns for a chart of a result. The rule, where nothing is asked for:
 *
 * - The type is `line` if there are several rows, and times come before any text; otherwise `bar`.
 * - Bars: y is the first number, x all texts and times before it, or else the first text.
 * - Lines: x is the first time, or else the first number. If each x occurs once, every other number is a line, except for running
 *   totals (`…_until_then`) beside counts. If not, the first text separates the lines, and y is the first number.
 * - Dots: x is the first number, y the next one. With a single number, x is the first time.
 *
 * @throws UnfitForChart
 */
export function chooseColumns(data: TableData, request: ChartRequest): ChosenColumns {
  if (data.rows.length === 0) throw new UnfitForChart('The result has no rows, so there is nothing to draw.')
  const kinds = columnKinds(data)
  const columns = new ColumnSearch(data, kinds)
  const asked = {
    x: request.x === undefined ? undefined : columns.named(request.x),
    y: request.y?.map((name) => columns.numeric(name)),
    series: request.series === undefined ? undefined : columns.named(request.series),
  }
  const type = request.type ?? columns.fittingType()
  const taken = [asked.x, ...(asked.y ?? []), asked.series].filter((column) => column !== undefined)
  switch (type) {
    case 'bar':
      return { type, kinds, ...barColumns(columns, asked, taken) }
    case 'line':
      return { type, kinds, ...lineColumns(columns, asked, taken) }
    case 'scatter':
      return { type, kinds, ...scatterColumns(columns, asked, taken) }
  }
}

interface Asked {
  x: number | undefined
  y: readonly number[] | undefined
  series: number | undefined
}

type Columns = Pick<ChosenColumns, 'x' | 'y' | 'series'>

function barColumns(columns: ColumnSearch, asked: Asked, taken: readonly number[]): Columns {
  if (asked.series !== undefined) throw new UnfitForChart('Bars have no series; --series is for lines and dots.')
  if (asked.y !== undefined && asked.y.length > 1) throw new UnfitForChart('Bars show one column; expected one name after --y.')
  const names = columns.all(['text', 'time'], taken)
  const numbers = columns.all(['number'], taken)
  // Without texts, the first number names the bars.
  const isCounted = asked.x === undefined && names.length === 0 && asked.y === undefined
  const y = asked.y?.[0] ?? (isCounted ? numbers[1] : numbers[0])
  if (y === undefined)
    throw columns.lacks(isCounted && numbers.length === 1 ? 'a column of names for x' : 'a column of numbers for y')
  if (asked.x !== undefined) return { x: [asked.x], y: [y], series: undefined }
  const before = names.filter((column) => column < y)
  const x = before.length > 0 ? before : [...names, ...numbers.filter((column) => column !== y)].slice(0, 1)
  if (x.length === 0) throw columns.lacks('a column besides the numbers for x')
  return { x, y: [y], series: undefined }
}

function lineColumns(columns: ColumnSearch, asked: Asked, taken: readonly number[]): Columns {
  const x = asked.x ?? columns.first(['time'], taken) ?? columns.first(['number'], taken)
  if (x === undefined) throw columns.lacks('a column of times or numbers for x')
  columns.requireOrder(x)
  const numbers = columns.all(['number'], [...taken, x])
  const isLong = asked.series !== undefined || (columns.repeats(x) && (asked.y === undefined || asked.y.length === 1))
  const y = asked.y ?? (isLong ? numbers.slice(0, 1) : columns.withoutTotals(numbers))
  if (y.length === 0) throw columns.lacks(`a column of numbers for y, besides ${columns.nameOf(x)} for x`)
  if (!isLong) return { x: [x], y, series: undefined }
  if (y.length > 1) throw new UnfitForChart('With --series, lines show one column; expected one name after --y.')
  const series = asked.series ?? columns.first(['text'], [...taken, x])
  if (series === undefined) {
    throw columns.lacks(`one row per value of ${columns.nameOf(x)}, or a column of texts that separates the lines (--series)`)
  }
  return { x: [x], y, series }
}

function scatterColumns(columns: ColumnSearch, asked: Asked, taken: readonly number[]): Columns {
  if (asked.y !== undefined && asked.y.length > 1) throw new UnfitForChart('Dots show one column; expected one name after --y.')
  const [numbers, times] = [columns.all(['number'], taken), columns.all(['time'], taken)]
  const [x, y] =
    asked.x === undefined && asked.y === undefined && numbers.length > 1
      ? numbers
      : [asked.x ?? (asked.y === undefined ? times[0] : (numbers[0] ?? times[0])), asked.y?.[0] ?? numbers[0]]
  if (x === undefined || y === undefined) throw columns.lacks('two columns of numbers, or a time and a number')
  columns.requireOrder(x)
  return { x: [x], y: [y], series: asked.series }
}

/** Finds columns, and explains what a result has. */
class ColumnSearch {
  readonly #data: TableData
  readonly #kinds: readonly ColumnKind[]

  constructor(data: TableData, kinds: readonly ColumnKind[]) {
    this.#data = data
    this.#kinds = kinds
  }

  named(name: string): number {
    const { columns } = this.#data
    const exact = columns.indexOf(name)
    const found = exact >= 0 ? exact : columns.findIndex((column) => column.toLowerCase() === name.toLowerCase())
    if (found < 0) throw new UnfitForChart(`There is no column ${JSON.stringify(name.slice(0, 100))}. ${this.#contents()}`)
    return found
  }

  numeric(name: string): number {
    const column = this.named(name)
    if (this.#kinds[column] === 'number') return column
    throw new UnfitForChart(`The column ${this.nameOf(column)} has no numbers, so it cannot be y. ${this.#contents()}`)
  }

  requireOrder(column: number): void {
    if (this.#kinds[column] === 'number' || this.#kinds[column] === 'time') return
    throw new UnfitForChart(
      `The column ${this.nameOf(column)} has neither times nor numbers, so it cannot be x of lines or dots. ` +
        this.#contents(),
    )
  }

  fittingType(): ChartType {
    const first = this.first(['time', 'text'])
    return this.#data.rows.length > 1 && first !== undefined && this.#kinds[first] === 'time' ? 'line' : 'bar'
  }

  all(kinds: readonly ColumnKind[], except: readonly number[] = []): number[] {
    return this.#kinds.flatMap((kind, column) => (kinds.includes(kind) && !except.includes(column) ? [column] : []))
  }

  first(kinds: readonly ColumnKind[], except: readonly number[] = []): number | undefined {
    return this.all(kinds, except)[0]
  }

  /** Without running totals, which would flatten the lines of the counts beside them. */
  withoutTotals(columns: readonly number[]): readonly number[] {
    const counts = columns.filter((column) => !this.nameOf(column).endsWith('_until_then'))
    return counts.length > 0 ? counts : columns
  }

  repeats(column: number): boolean {
    const values = this.#data.rows.map((row) => row[column]).filter((value) => value !== null)
    return new Set(values).size < values.length
  }

  nameOf(column: number): string {
    return this.#data.columns[column] ?? ''
  }

  lacks(what: string): UnfitForChart {
    return new UnfitForChart(
      `The chart needs ${what}. ${this.#contents()} Choose others with --x and --y, or change the query.`,
    )
  }

  #contents(): string {
    const list = this.#data.columns.map((name, column) => `${name.slice(0, 60)} (${NAMES[this.#kinds[column] ?? 'empty']})`)
    return `The result has ${list.slice(0, 20).join(', ')}${list.length > 20 ? ' …' : ''}.`
  }
}

const NAMES = { number: 'numbers', time: 'times', text: 'texts', empty: 'only nulls' } as const
