import type { Chart, PlaneChart } from '../chart.ts'
import { element, join, type Markup } from '../markup.ts'
import { THEMED } from '../palette.ts'
import { drawBareSvg } from '../svg/draw-svg.ts'
import { barTable } from './bar-table.ts'
import { plainTable } from './plain-table.ts'

/** Pixels. A phone gets a picture of its own, since a scaled one would be illegible. */
const NARROW = 350
/** More rows make a page slow; the query has all. */
const MAX_ROWS = 500

/**
 * A chart for a page, with its figures: bars in a table, or lines and dots with a table below.
 *
 * @param width pixels of the picture where there is room
 */
export function chartFigure(chart: Chart, label: string, width: number): Markup {
  const notes = chart.notes.map((note) => element('p', { class: 'note' }, note))
  if (chart.type === 'bar') {
    const rows = chart.bars.map(({ name, value }) => ({ name, bar: value, cells: [value] }))
    return element('figure', {}, barTable({ head: chart.x, columns: [chart.y], rows }), ...notes)
  }
  const picture = (pixels: number, size: string) =>
    element('div', { class: size }, drawBareSvg(chart, { width: pixels, palette: THEMED }, label))
  return element('figure', {}, picture(width, 'wide'), picture(NARROW, 'narrow'), figures(chart), ...notes)
}

/** One row per x, the latest time first. */
function figures({ x, y, series, isTime }: PlaneChart): Markup {
  const valuesOf = series.map(({ points }) => new Map(points.map((point) => [point.x, point.y])))
  const positions = [...new Set(series.flatMap(({ points }) => points.map((point) => point.x)))].sort(
    (left, right) => left - right,
  )
  const shown = (isTime ? positions.reverse() : positions).slice(0, MAX_ROWS)
  const table = plainTable({
    columns: [
      { name: x, isNumber: !isTime },
      ...series.map(({ name }) => ({ name: y === undefined || series.length > 1 ? name : y, isNumber: true })),
    ],
    rows: shown.map((at) => [isTime ? timeText(at) : at, ...valuesOf.map((values) => values.get(at) ?? null)]),
  })
  const rest = positions.length - shown.length
  return element(
    'details',
    {},
    element('summary', {}, 'Figures'),
    join(table, rest === 0 ? undefined : element('p', { class: 'note' }, `${rest} more rows are left out.`)),
  )
}

/** Midnight is left out. */
function timeText(time: number): string {
  const [day = '', clock = ''] = new Date(time).toISOString().split('T')
  return clock === '00:00:00.000Z' ? day : `${day} ${clock.slice(0, 5)}`
}
