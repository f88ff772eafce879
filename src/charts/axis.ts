import { scaleLinear, scaleUtc } from 'd3-scale'
import type { PlaneChart } from './chart.ts'
import { extentOf } from './thin.ts'

/** The scale of one axis, in units of the picture. */
export interface Axis {
  at(value: number): number
  low: number
  high: number
  ticks: readonly { value: number; label: string }[]
}

export function xAxis({ series, isTime }: PlaneChart, [start, end]: readonly [number, number], count: number): Axis {
  const [low, high] = extentOf(series.flatMap(({ points }) => points.map(({ x }) => x)))
  const domain = [low, high === low ? low + 1 : high] as const
  if (!isTime) {
    const scale = scaleLinear().domain(domain).range([start, end])
    return { at: scale, low, high, ticks: numberTicks(high === low ? [low] : scale.ticks(count)) }
  }
  const scale = scaleUtc().domain(domain).range([start, end])
  const times = high === low ? [new Date(low)] : scale.ticks(count)
  return { at: scale, low, high, ticks: times.map((time) => ({ value: Number(time), label: timeLabel(times, time) })) }
}

/** Begins at zero if that does not hide the differences. */
export function yAxis({ series }: PlaneChart, [start, end]: readonly [number, number], count: number): Axis {
  const [low, high] = extentOf(series.flatMap(({ points }) => points.flatMap(({ y }) => (y === null ? [] : [y]))))
  const isNearZero = low >= 0 ? low <= high / 2 : high <= 0 && high >= low / 2
  const domain = isNearZero || low === high ? [Math.min(0, low), Math.max(0, high)] : [low, high]
  const scale = scaleLinear()
    .domain(low === 0 && high === 0 ? [0, 1] : domain)
    .nice(count)
    .range([start, end])
  const [from = 0, to = 1] = scale.domain()
  return { at: scale, low: from, high: to, ticks: numberTicks(scale.ticks(count)) }
}

const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 4 })

function numberTicks(values: readonly number[]): Axis['ticks'] {
  return values.map((value) => ({ value, label: compact.format(value) }))
}

/** Years alone if all ticks are, otherwise months, days or minutes. */
function timeLabel(times: readonly Date[], time: Date): string {
  const iso = time.toISOString()
  const allEnd = (end: string) => times.every((other) => other.toISOString().endsWith(end))
  if (allEnd('-01-01T00:00:00.000Z')) return iso.slice(0, 4)
  const format = (options: Intl.DateTimeFormatOptions) => time.toLocaleDateString('en-US', { timeZone: 'UTC', ...options })
  if (allEnd('-01T00:00:00.000Z')) return format({ month: 'short', year: 'numeric' })
  if (allEnd('T00:00:00.000Z')) return format({ month: 'short', day: 'numeric' })
  return `${format({ month: 'short', day: 'numeric' })}, ${iso.slice(11, 16)}`
}
