import { shareWidth, sum } from './fit.ts'

export const GAP = '  '

/** A column of text is not made narrower than this: less could not be told apart. */
const MIN_WIDTH = 8

export interface Column {
  name: string
  /** That of its widest cell. */
  width: number
  /** Only text gives way: half a number would be a wrong one. */
  isText: boolean
}

/**
 * How wide columns are to be drawn in a terminal of so many places. All texts shrink alike, unless it is said which columns
 * give way: then those shrink as far as text may, and where that is not enough they go (undefined), the first first.
 */
export function columnWidths(
  columns: readonly Column[],
  available: number,
  givingWay?: readonly string[],
): (number | undefined)[] {
  if (givingWay === undefined) return shrunk(columns, columns, available)
  for (let count = 0; ; count++) {
    const gone = givingWay.slice(0, count)
    const left = columns.filter(({ name }) => !gone.includes(name))
    const widths = shrunk(
      left,
      left.filter(({ name }) => givingWay.includes(name)),
      available,
    )
    if (widthOf(widths) <= available || count === givingWay.length) {
      return columns.map((column) => widths[left.indexOf(column)])
    }
  }
}

function shrunk(columns: readonly Column[], giving: readonly Column[], available: number): number[] {
  const texts = giving.filter(({ isText }) => isText)
  const natural = texts.map(({ width }) => width)
  const taken = widthOf(columns.map(({ width }) => width)) - sum(natural)
  const shares = shareWidth(natural, available - taken, MIN_WIDTH)
  return columns.map((column) => shares[texts.indexOf(column)] ?? column.width)
}

/** With the gaps between them. */
function widthOf(widths: readonly number[]): number {
  return sum(widths) + GAP.length * (widths.length - 1)
}
