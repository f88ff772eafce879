import { line, symbol, symbolsFill } from 'd3-shape'
import { type Axis, xAxis, yAxis } from '../axis.ts'
import type { PlaneChart, Point, Series } from '../chart.ts'
import { element, type Markup } from '../markup.ts'
import type { Palette } from '../palette.ts'
import type { Drawn, DrawOptions } from './drawn.ts'
import { fitPixels, pixelsOf } from './text.ts'

const SIZE = 11.5
/** Space for the label of a line, at most this share of the width. */
const LABEL_SHARE = 0.24
const LABEL_LINE = 16
const LEGEND_LINE = 20
/** With more points, marks would cover the line. */
const MAX_MARKS = 40

/** Lines with their names at their ends, or dots with a legend above. */
export function drawPlane(chart: PlaneChart, { width, palette }: DrawOptions): Drawn {
  const colors = chart.series.map((_, index) =>
    chart.series.length === 1 ? palette.main : (palette.series[index] ?? palette.soft),
  )
  const isNamed = chart.series.length > 1
  const hasMarks = chart.series.every(({ points }) => points.length <= MAX_MARKS)
  const legend = isNamed && chart.type === 'scatter' ? drawLegend(chart.series, colors, width) : { markup: [], height: 0 }
  const top = legend.height + (chart.y === undefined ? 8 : 26)
  const bottom = top + Math.min(320, Math.max(190, width * 0.4))
  const y = yAxis(chart, [bottom, top], 5)
  const left = y.ticks.reduce((most, { label }) => Math.max(most, pixelsOf(label, SIZE)), 0) + 8
  const labels =
    isNamed && chart.type === 'line' ? chart.series.map(({ name }) => fitPixels(name, width * LABEL_SHARE, SIZE)) : []
  const right = width - (labels.length > 0 ? Math.max(...labels.map((label) => pixelsOf(label, SIZE))) + 10 : 12)
  const x = xAxis(chart, [left + 6, right], Math.max(2, Math.floor((right - left) / 90)))
  return {
    height: bottom + (chart.isTime ? 28 : 44),
    markup: [
      ...legend.markup,
      ...(chart.y === undefined ? [] : [soft(palette, { x: 0, y: legend.height + 11 }, fitPixels(chart.y, width, SIZE))]),
      ...y.ticks.flatMap(({ value, label }) => [
        element('line', { x1: left, x2: right, y1: y.at(value), y2: y.at(value), stroke: palette.grid }),
        soft(palette, { x: left - 8, y: y.at(value) + 4, 'text-anchor': 'end' }, label),
      ]),
      ...x.ticks.flatMap(({ value, label }) => [
        element('line', { x1: x.at(value), x2: x.at(value), y1: bottom, y2: bottom + 4, stroke: palette.soft }),
        soft(palette, { x: x.at(value), y: bottom + 18, 'text-anchor': anchorOf(x.at(value), label, width) }, label),
      ]),
      ...(chart.isTime
        ? []
        : [soft(palette, { x: right, y: bottom + 36, 'text-anchor': 'end' }, fitPixels(chart.x, width, SIZE))]),
      ...chart.series.flatMap((series, index) =>
        chart.type === 'line' ? drawLine(series, colors[index], x, y, hasMarks) : drawDots(series, colors[index], index, x, y),
      ),
      ...endLabels(chart.series, labels, colors, y, right + 8, [top, bottom]),
    ],
  }
}

function soft(palette: Palette, attributes: Record<string, string | number>, text: string): Markup {
  const style = 'font-variant-numeric: tabular-nums'
  return element('text', { 'font-size': SIZE, fill: palette.soft, style, ...attributes }, text)
}

/** A label in the middle under its tick must not leave the picture. */
function anchorOf(x: number, label: string, width: number): string {
  return x + pixelsOf(label, SIZE) / 2 > width ? 'end' : 'middle'
}

function drawLine({ points }: Series, color: string | undefined, x: Axis, y: Axis, hasMarks: boolean): Markup[] {
  const path = line<Point>()
    .defined((point) => point.y !== null)
    .x((point) => x.at(point.x))
    .y((point) => y.at(point.y ?? 0))
    .digits(1)
  const marks = points.filter((point, index) => point.y !== null && (hasMarks || isAlone(points, index)))
  return [
    element('path', { d: path(points) ?? '', fill: 'none', stroke: color, 'stroke-width': 2, 'stroke-linejoin': 'round' }),
    ...marks.map((point) => element('circle', { cx: x.at(point.x), cy: y.at(point.y ?? 0), r: 2.2, fill: color })),
  ]
}

/** Between gaps, a point has no line. */
function isAlone(points: readonly Point[], index: number): boolean {
  return (points[index - 1]?.y ?? null) === null && (points[index + 1]?.y ?? null) === null
}

function drawDots({ points }: Series, color: string | undefined, index: number, x: Axis, y: Axis): Markup[] {
  const d = shapeOf(index)
  return points.map((point) =>
    element('path', {
      d,
      transform: `translate(${x.at(point.x).toFixed(1)} ${y.at(point.y ?? 0).toFixed(1)})`,
      fill: color,
      'fill-opacity': 0.6,
    }),
  )
}

/** Another shape per series, for readers who do not see all colors. */
function shapeOf(index: number): string {
  return (
    symbol(symbolsFill[index % symbolsFill.length])
      .size(34)
      .digits(1)() ?? ''
  )
}

function drawLegend(series: readonly Series[], colors: readonly string[], width: number): Drawn {
  let [x, y] = [0, 12]
  const markup = series.flatMap(({ name }, index) => {
    const text = fitPixels(name, width - 18, SIZE)
    const needed = 18 + pixelsOf(text, SIZE)
    if (x > 0 && x + needed > width) [x, y] = [0, y + LEGEND_LINE]
    const entry = [
      element('path', { d: shapeOf(index), transform: `translate(${x + 6} ${y - 4})`, fill: colors[index] }),
      element('text', { x: x + 16, y, 'font-size': SIZE }, text),
    ]
    x += needed + 16
    return entry
  })
  return { markup, height: y + 14 }
}

/** Names beside the ends of the lines, moved apart where they would overlap. */
function endLabels(
  series: readonly Series[],
  labels: readonly string[],
  colors: readonly string[],
  y: Axis,
  x: number,
  [top, bottom]: readonly [number, number],
): Markup[] {
  const ends = labels
    .map((label, index) => ({
      label,
      color: colors[index],
      at: y.at(series[index]?.points.findLast((point) => point.y !== null)?.y ?? y.low),
    }))
    .toSorted((left, right) => left.at - right.at)
  const places = ends.map(({ at }) => at)
  for (const [index, at] of places.entries())
    places[index] = Math.max(at, index === 0 ? top : (places[index - 1] ?? 0) + LABEL_LINE)
  // What was pushed below the picture is pushed up again.
  for (let index = places.length - 1, limit = bottom; index >= 0; index--, limit -= LABEL_LINE) {
    places[index] = Math.min(places[index] ?? 0, limit)
  }
  return ends.map(({ label, color }, index) =>
    element('text', { x, y: (places[index] ?? 0) + 4, 'font-size': SIZE, 'font-weight': 600, fill: color }, label),
  )
}
