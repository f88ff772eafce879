import type { Series } from './chart.ts'

/** A line has at most this many points: two per section. No screen shows more. */
export const MAX_POINTS = 1_000
/** Up to this many dots, all are drawn. */
const MAX_DOTS = 2_000

/** Cells of a grid over the picture, of which each shows one dot of a series. */
const [GRID_COLUMNS, GRID_ROWS] = [160, 90]

/** A long line by the lowest and the highest point of each section, so that no peak is lost. */
export function withExtremes({ name, points }: Series): Series {
  if (points.length <= MAX_POINTS) return { name, points }
  const sections = MAX_POINTS / 2
  const kept = Array.from({ length: sections }, (_, section) => {
    const start = Math.floor((section * points.length) / sections)
    const part = points.slice(start, Math.floor(((section + 1) * points.length) / sections))
    const byValue = part.toSorted((left, right) => (left.y ?? 0) - (right.y ?? 0))
    return [...new Set([byValue[0], byValue.at(-1)])]
      .filter((point) => point !== undefined)
      .sort((left, right) => left.x - right.x)
  })
  return { name, points: kept.flat() }
}

/** Many dots without those that fall into the same cell of the picture as an earlier one of their series. */
export function withoutCovered(series: readonly Series[]): readonly Series[] {
  const all = series.flatMap(({ points }) => points)
  if (all.length <= MAX_DOTS) return series
  const column = scale(
    all.map(({ x }) => x),
    GRID_COLUMNS,
  )
  const row = scale(
    all.map(({ y }) => y ?? 0),
    GRID_ROWS,
  )
  return series.map(({ name, points }) => {
    const cells = new Map(points.map((point) => [column(point.x) * GRID_ROWS + row(point.y ?? 0), point]))
    return { name, points: [...cells.values()] }
  })
}

function scale(values: readonly number[], cells: number): (value: number) => number {
  const [low, high] = extentOf(values)
  return (value) => (high === low ? 0 : Math.min(cells - 1, Math.floor(((value - low) / (high - low)) * cells)))
}

/** Not Math.min(...): a call takes fewer arguments than a result has rows. */
export function extentOf(values: readonly number[]): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return [low, high]
}
