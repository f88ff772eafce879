import plot, { type Color } from 'simple-ascii-chart'
import { escapeForTerminal } from '../../output/escape.ts'
import { fitTo, shorten } from '../../output/fit.ts'
import { textWidth } from '../../output/text-width.ts'
import { type Axis, xAxis, yAxis } from '../axis.ts'
import type { PlaneChart, Series } from '../chart.ts'

export interface TerminalOptions {
  /** Columns. */
  width: number
  /** Without color, lines and dots differ by their signs. */
  hasColor: boolean
}

const ROWS = 16
/** Columns per label below. */
const LABEL_COLUMNS = 14

/** In the order of the series. The sign stands for the color where there is none. */
const STYLES: readonly { color: Color; code: number; sign: string }[] = [
  { color: 'ansiBlue', code: 34, sign: '●' },
  { color: 'ansiRed', code: 31, sign: '▲' },
  { color: 'ansiGreen', code: 32, sign: '■' },
  { color: 'ansiMagenta', code: 35, sign: '◆' },
  { color: 'ansiYellow', code: 33, sign: '+' },
  { color: 'ansiCyan', code: 36, sign: '×' },
]

/** Lines or dots over axes, with a legend if there are several series. */
export function drawPlane(chart: PlaneChart, { width, hasColor }: TerminalOptions): string {
  const y = yAxis(chart, [0, ROWS - 1], 5)
  const labelWidth = Math.max(...y.ticks.map(({ label }) => label.length))
  const columns = Math.max(12, width - labelWidth - 3)
  const x = xAxis(chart, [0, columns - 1], Math.max(2, Math.floor(columns / LABEL_COLUMNS)))
  const series = chart.series.map((one) => inCells(one, x, y, chart.type === 'line'))
  const areSeveral = series.length > 1
  const picture = plot(series, {
    width: columns,
    height: ROWS,
    yRange: [0, ROWS - 1],
    hideXAxisTicks: true,
    customYAxisTicks: y.ticks.map(({ value }) => Math.round(y.at(value))),
    formatter: (cell, { axis }) => (axis === 'y' ? labelAt(y, cell).padStart(labelWidth) : ''),
    ...(chart.type === 'line' ? { color: STYLES.map(({ color }) => color) } : { mode: 'point', points: dots(series) }),
  })
  const lines = picture.split('\n').filter((line) => line.trim() !== '')
  return [
    ...(chart.y === undefined ? [] : [shorten(escapeForTerminal(chart.y), width)]),
    ...(areSeveral ? [legend(chart.series, width, hasColor)] : []),
    ...lines.map((line) => restyled(line, areSeveral, hasColor)),
    xLabels(x, columns, labelWidth + 2),
    ...(chart.isTime ? [] : [fitTo(escapeForTerminal(chart.x), width, 'right')]),
  ].join('\n')
}

/** Positions in characters. Of the points of a line, those in one column become their mean. */
function inCells({ points }: Series, x: Axis, y: Axis, isLine: boolean): [number, number][] {
  const present = points.flatMap((point) => (point.y === null ? [] : [{ column: Math.round(x.at(point.x)), y: point.y }]))
  if (!isLine) return present.map((point) => [point.column, y.at(point.y)])
  return [...Map.groupBy(present, ({ column }) => column)].map(([column, members]) => [
    column,
    y.at(members.reduce((sum, member) => sum + member.y, 0) / members.length),
  ])
}

/** The library draws dots without color, unless they are given once more. */
function dots(series: readonly [number, number][][]) {
  return series.flatMap((points, index) =>
    points.map(([x, y]) => ({ x, y, ...(STYLES[index] && { color: STYLES[index].color }) })),
  )
}

function labelAt(axis: Axis, cell: number): string {
  return axis.ticks.find(({ value }) => Math.round(axis.at(value)) === cell)?.label ?? ''
}

/** Labels under their ticks, as many as fit. */
function xLabels(x: Axis, columns: number, indent: number): string {
  let line = ''
  for (const { value, label } of x.ticks) {
    const middle = indent + x.at(value) - label.length / 2
    const start = Math.min(Math.round(middle), indent + columns - label.length)
    if (start >= line.length + (line === '' ? 0 : 2)) line = line.padEnd(start) + label
  }
  return line
}

/** One entry after the other, in as many lines as needed. */
function legend(series: readonly Series[], width: number, hasColor: boolean): string {
  const lines: string[] = []
  let left = 0
  for (const [index, { name }] of series.entries()) {
    const text = shorten(escapeForTerminal(name), width - 2)
    const entry = `${signOf(index, hasColor)} ${text}`
    const needed = textWidth(text) + 2
    if (needed + 3 <= left) lines.push(`${lines.pop()}   ${entry}`)
    else lines.push(entry)
    left = (needed + 3 <= left ? left - 3 : width) - needed
  }
  return lines.join('\n')
}

/** Replaces the colors of the library by those that the terminal gets: none for a single series, signs without color. */
function restyled(line: string, areSeveral: boolean, hasColor: boolean): string {
  return line
    .replace(/\p{Cc}\[(\d\d)m(.)\p{Cc}\[0m/gu, (whole, code: string, sign: string) => {
      if (!areSeveral) return sign
      return hasColor ? whole : (STYLES.find((style) => style.code === Number(code))?.sign ?? sign)
    })
    .trimEnd()
}

function signOf(index: number, hasColor: boolean): string {
  const style = STYLES[index]
  return hasColor ? `\u001b[${style?.code}m●\u001b[0m` : (style?.sign ?? '')
}
