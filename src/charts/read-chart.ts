import { counted } from '../output/format.ts'
import type { TableData } from '../output/table-data.ts'
import { formatNumber } from '../util/format-number.ts'
import { type BarChart, type Chart, type PlaneChart, type Point, type Series, UnfitForChart } from './chart.ts'
import { type ChartRequest, type ChosenColumns, chooseColumns } from './choose-columns.ts'
import { nameOf, numberOf, timeOf } from './columns.ts'
import { MAX_POINTS, withExtremes, withoutCovered } from './thin.ts'

/** More bars do not fit on a screen or a slide. */
const MAX_BARS = 40
/** More colors cannot be told apart. */
const MAX_SERIES = 6

/**
 * Reads a chart from a result. Rows that do not fit into a picture are left out, and `notes` says so.
 *
 * @throws UnfitForChart if there are no rows, or no columns that fit
 */
export function readChart(data: TableData, request: ChartRequest = {}): Chart {
  const chosen = chooseColumns(data, request)
  return chosen.type === 'bar' ? readBars(data, chosen) : readPlane(data, chosen, chosen.type)
}

function readBars({ columns, rows }: TableData, { x, y: [y = 0] }: ChosenColumns): BarChart {
  return {
    type: 'bar',
    x: x.map((column) => columns[column]).join(', '),
    y: columns[y] ?? '',
    bars: rows.slice(0, MAX_BARS).map((row) => ({
      name: x.map((column) => nameOf(row[column])).join(' · '),
      value: numberOf(row[y]) ?? null,
    })),
    notes: rows.length <= MAX_BARS ? [] : [`Shows the first ${MAX_BARS} of ${formatNumber(rows.length)} rows.`],
  }
}

function readPlane({ columns, rows }: TableData, chosen: ChosenColumns, type: PlaneChart['type']): PlaneChart {
  const [x = 0] = chosen.x
  const isTime = chosen.kinds[x] === 'time'
  const xOf = (row: Row) => (isTime ? timeOf(row[x]) : numberOf(row[x]))
  const pointsOf = (some: readonly Row[], y: number): Point[] =>
    some
      .flatMap((row) => {
        const point = { x: xOf(row) ?? Number.NaN, y: numberOf(row[y]) ?? null }
        return Number.isNaN(point.x) || (type === 'scatter' && point.y === null) ? [] : [point]
      })
      .sort((left, right) => left.x - right.x)
  const { series: by, y } = chosen
  const all =
    by === undefined
      ? y.map((column) => ({ name: columns[column] ?? '', points: pointsOf(rows, column) }))
      : [...Map.groupBy(rows, (row) => nameOf(row[by]))].map(([name, some]) => ({ name, points: pointsOf(some, y[0] ?? 0) }))
  const series = largest(all)
  const drawn = type === 'line' ? series.map(withExtremes) : withoutCovered(series)
  if (all.every(({ points }) => points.every((point) => point.y === null))) {
    const names = y.map((column) => columns[column]).join(' or ')
    throw new UnfitForChart(`No row has both ${columns[x]} and ${names}, so there is nothing to draw.`)
  }
  const missing = rows.filter((row) => xOf(row) === undefined || (type === 'scatter' && numberOf(row[y[0] ?? 0]) === undefined))
  return {
    type,
    x: columns[x] ?? '',
    y: y.length > 1 ? undefined : columns[y[0] ?? 0],
    isTime,
    series: drawn,
    notes: [
      ...(series.length === all.length ? [] : [`Shows the ${MAX_SERIES} largest of ${formatNumber(all.length)} series.`]),
      ...(missing.length === 0 ? [] : [`Leaves out ${counted(missing.length, 'row')} without a value.`]),
      ...(pointsIn(drawn) === pointsIn(series) ? [] : [thinnedNote(type, pointsIn(series))]),
    ],
  }
}

type Row = TableData['rows'][number]

function thinnedNote(type: PlaneChart['type'], points: number): string {
  return type === 'line'
    ? `${formatNumber(points)} points; the lines show the lowest and the highest of each of ${MAX_POINTS / 2} sections.`
    : `${formatNumber(points)} points; those that would cover each other are drawn once.`
}

/** Those with the largest sums, the largest first. */
function largest(series: readonly Series[]): readonly Series[] {
  if (series.length <= MAX_SERIES) return series
  const sums = new Map(series.map((one) => [one, one.points.reduce((sum, { y }) => sum + Math.abs(y ?? 0), 0)]))
  return series.toSorted((left, right) => (sums.get(right) ?? 0) - (sums.get(left) ?? 0)).slice(0, MAX_SERIES)
}

function pointsIn(series: readonly Series[]): number {
  return series.reduce((sum, { points }) => sum + points.length, 0)
}
