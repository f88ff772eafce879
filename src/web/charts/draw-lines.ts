import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { compactNumber } from '../text/numbers.ts'
import type { Series } from './series.ts'

export interface DrawnChart {
  remove(): void
}

const HEIGHT = 240

/** Distances between labels of values. Counters are whole numbers. */
const STEPS = Array.from({ length: 16 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat()

/**
 * Draws lines into an element, as wide as that is, in the colors of its style sheet.
 * @param onDay called with the day under the pointer, or without one when the pointer leaves
 */
export function drawLines(
  target: HTMLElement,
  series: readonly Series[],
  onDay: (day: string | undefined) => void,
): DrawnChart {
  const days = [...new Set(series.flatMap(({ points }) => points.map(({ day }) => day)))].toSorted()
  const text = colorOf(target, 'chart-text')
  const grid = { stroke: colorOf(target, 'chart-line'), width: 1 }
  const axis = { stroke: text, grid, ticks: { show: false }, font: `12px ${getComputedStyle(target).fontFamily}` }
  const chart = new UPlot(
    {
      width: target.clientWidth,
      height: HEIGHT,
      padding: [12, 28, 0, 0],
      legend: { show: false },
      hooks: { setCursor: [({ cursor }) => onDay(typeof cursor.idx === 'number' ? days[cursor.idx] : undefined)] },
      tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
      axes: [
        { ...axis, size: 30, space: 70, values: (_chart, splits) => splits.map((at) => axisDay(at, splits)) },
        { ...axis, size: 56, incrs: STEPS, values: (_chart, splits) => splits.map(compactNumber) },
      ],
      scales: { y: { range: (_chart, least, most) => bounds(least, most) } },
      series: [
        {},
        ...series.map(({ points }, index) => ({
          stroke: colorOf(target, `series-${index + 1}`),
          width: 2,
          spanGaps: true,
          points: { show: points.length < 40, size: 6 },
        })),
      ],
    },
    [days.map((day) => Date.parse(day) / 1000), ...series.map(({ points }) => valuesOn(days, points))] as UPlot.AlignedData,
    target,
  )
  const observer = new ResizeObserver(() => {
    if (target.clientWidth > 0) chart.setSize({ width: target.clientWidth, height: HEIGHT })
  })
  observer.observe(target)
  return {
    remove() {
      observer.disconnect()
      chart.destroy()
    },
  }
}

function valuesOn(days: readonly string[], points: Series['points']): (number | null)[] {
  const byDay = new Map(points.map(({ day, value }) => [day, value]))
  return days.map((day) => byDay.get(day) ?? null)
}

/** A tenth of space above and below, and never below zero. */
function bounds(least: number, most: number): [number, number] {
  const margin = Math.max((most - least) / 10, most / 50, 1)
  return [Math.max(0, least - margin), most + margin]
}

function axisDay(at: number, splits: readonly number[]): string {
  const isLong = (splits.at(-1) ?? 0) - (splits[0] ?? 0) > 300 * 86_400
  const date = new Date(at * 1000)
  return date.toLocaleDateString('en-GB', {
    timeZone: 'UTC',
    ...(isLong ? { month: 'short', year: '2-digit' } : { day: 'numeric', month: 'short' }),
  })
}

/** A canvas knows no custom properties, so an element is asked for its color. */
function colorOf(target: HTMLElement, className: string): string {
  const probe = document.createElement('span')
  probe.className = className
  target.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
