import { BarList } from '../../charts/bar-list.tsx'
import { LineChart } from '../../charts/line-chart.tsx'
import type { ResultChart as Chart } from './chart-for.ts'

export function ResultChart({ chart }: { chart: Chart }) {
  return chart.type === 'bars' ? (
    <BarList label={chart.label} bars={chart.bars} />
  ) : (
    <LineChart label={chart.label} series={chart.series} />
  )
}
