import { type Point, UnfitForChart } from '../../../charts/chart.ts'
import { readChart } from '../../../charts/read-chart.ts'
import type { QueryAnswer } from './use-sql-run.ts'

/** A result as a chart: bars by name, or lines by day. */
export type ResultChart =
  | { type: 'bars'; label: string; bars: readonly { name: string; value: number }[] }
  | { type: 'lines'; label: string; series: readonly { name: string; points: readonly { day: string; value: number }[] }[] }

/** The chart that `hubdex sql --chart-file` would draw of a result. Undefined if none fits. */
export function chartFor(answer: Pick<QueryAnswer, 'columns' | 'rows'>): ResultChart | undefined {
  if (answer.rows.length < 2) return undefined
  try {
    const chart = readChart(answer)
    if (chart.type === 'bar') {
      return { type: 'bars', label: chart.y, bars: chart.bars.map(({ name, value }) => ({ name, value: value ?? 0 })) }
    }
    return {
      type: 'lines',
      label: chart.y ?? chart.series.map(({ name }) => name).join(', '),
      series: chart.series.map(({ name, points }) => ({ name, points: points.flatMap(dayPoint) })),
    }
  } catch (error) {
    if (error instanceof UnfitForChart) return undefined
    throw error
  }
}

function dayPoint({ x, y }: Point) {
  return y === null ? [] : [{ day: new Date(x).toISOString().replace('T00:00:00.000Z', ''), value: y }]
}
