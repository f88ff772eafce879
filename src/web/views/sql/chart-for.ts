import type { QueryAnswer } from './use-sql-run.ts'

/** A result as a chart: bars by name, or lines by day. */
export type ResultChart =
  | { type: 'bars'; label: string; bars: readonly { name: string; value: number }[] }
  | { type: 'lines'; label: string; series: readonly { name: string; points: readonly { day: string; value: number }[] }[] }

const MAX_BARS = 40
const MAX_LINES = 6
const DAY = /^\d{4}-\d{2}(-\d{2})?/

/** Chooses the chart that fits a result: the first column says what, numbers how much. Undefined if none fits. */
export function chartFor({ columns, rows }: Pick<QueryAnswer, 'columns' | 'rows'>): ResultChart | undefined {
  if (rows.length < 2) return undefined
  const names = columns.findIndex((_, index) => rows.every((row) => typeof row[index] === 'string'))
  const numbers = columns.flatMap((_, index) => (isNumeric(rows, index) ? [index] : []))
  const [first] = numbers
  if (names < 0 || first === undefined) return undefined
  const label = columns[first] ?? ''
  const texts = rows.map((row) => String(row[names]))
  if (texts.every((text) => DAY.test(text)) && new Set(texts).size === rows.length) {
    return {
      type: 'lines',
      label,
      series: numbers
        .slice(0, MAX_LINES)
        .map((index) => ({ name: columns[index] ?? '', points: pointsOf(rows, names, index) })),
    }
  }
  return {
    type: 'bars',
    label,
    bars: rows.slice(0, MAX_BARS).map((row) => ({ name: nameOf(row, first), value: Number(row[first] ?? 0) })),
  }
}

function isNumeric(rows: QueryAnswer['rows'], index: number): boolean {
  const isNumber = (value: unknown) => typeof value === 'number' || typeof value === 'bigint'
  return rows.some((row) => isNumber(row[index])) && rows.every((row) => row[index] === null || isNumber(row[index]))
}

/** All texts before the number, such as `model · mit`. */
function nameOf(row: readonly unknown[], number: number): string {
  return (
    row
      .slice(0, number)
      .filter((value) => typeof value === 'string')
      .join(' · ') || String(row.find((value) => typeof value === 'string'))
  )
}

function pointsOf(rows: QueryAnswer['rows'], names: number, index: number) {
  return rows
    .map((row) => ({ day: dayOf(String(row[names])), value: Number(row[index] ?? 0) }))
    .toSorted((left, right) => (left.day < right.day ? -1 : 1))
}

/** A month stands for its first day. */
function dayOf(text: string): string {
  return /^\d{4}-\d{2}$/.test(text) ? `${text}-01` : text.slice(0, 10)
}
