import { shareWidth, sum } from './fit.ts'

export const GAP = '  '

/** Text columns are not made narrower than this: shorter texts would be hard to distinguish. */
const MIN_WIDTH = 8

export interface Column {
  name: string
  width: number
  /** Only text may be shortened: half a number would be a wrong number. */
  isText: boolean
}

/**
 * Column widths that fit into `available` terminal columns. All texts shrink alike, unless `dropFirst` names columns: then only
 * those shrink, as far as text may, and if that is not enough they are dropped (undefined) in the given order.
 */
export function columnWidths(
  columns: readonly Column[],
  available: number,
  dropFirst?: readonly string[],
): (number | undefined)[] {
  if (dropFirst === undefined) return shrink(columns, columns, available)
  for (let count = 0; ; count++) {
    const dropped = dropFirst.slice(0, count)
    const left = columns.filter(({ name }) => !dropped.includes(name))
    const widths = shrink(
      left,
      left.filter(({ name }) => dropFirst.includes(name)),
      available,
    )
    if (widthOf(widths) <= available || count === dropFirst.length) {
      return columns.map((column) => widths[left.indexOf(column)])
    }
  }
}

function shrink(columns: readonly Column[], shrinkable: readonly Column[], available: number): number[] {
  const texts = shrinkable.filter(({ isText }) => isText)
  const natural = texts.map(({ width }) => width)
  const taken = widthOf(columns.map(({ width }) => width)) - sum(natural)
  const shares = shareWidth(natural, available - taken, MIN_WIDTH)
  return columns.map((column) => shares[texts.indexOf(column)] ?? column.width)
}

/** Total width, including the gaps. */
function widthOf(widths: readonly number[]): number {
  return sum(widths) + GAP.length * (widths.length - 1)
}
