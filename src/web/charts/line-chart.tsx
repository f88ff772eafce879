import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import { colorsVersion } from '../state/theme.ts'
import { numberText } from '../text/numbers.ts'
import { dayText } from '../text/time.tsx'
import { UserText } from '../text/user-text.tsx'
import type { DrawnChart } from './draw-lines.ts'
import type { Series } from './series.ts'

interface LineChartProps {
  /** What the values are. */
  label: string
  series: readonly Series[]
}

/** Values by day. A table holds the same for screen readers and for exact figures. */
export function LineChart({ label, series }: LineChartProps) {
  const element = useRef<HTMLDivElement>(null)
  const [failed, setFailed] = useState(false)
  const day = useSignal<string | undefined>(undefined)
  const colors = colorsVersion.value
  useEffect(() => {
    const target = element.current
    if (target === null) return
    let drawn: DrawnChart | undefined
    let isGone = false
    import('./draw-lines.ts').then(
      ({ drawLines }) => {
        if (isGone) return
        drawn = drawLines(target, series, (pointed) => {
          day.value = pointed
        })
      },
      () => setFailed(true),
    )
    return () => {
      isGone = true
      drawn?.remove()
    }
  }, [series.map(({ name, points }) => `${name} ${points.length}`).join(), label, colors])
  return (
    <figure>
      <Legend series={series} day={day} />
      <div class="chart" ref={element} role="img" aria-label={summaryOf(label, series)}>
        {failed && <p class="soft">The chart could not be loaded; the table below has its values.</p>}
      </div>
      <ValueTable label={label} series={series} />
    </figure>
  )
}

/** Names of the lines with their values on the day under the pointer, or else on the last one. */
function Legend({ series, day }: { series: readonly Series[]; day: Signal<string | undefined> }) {
  const last =
    series
      .flatMap(({ points }) => points.at(-1)?.day ?? [])
      .toSorted()
      .at(-1) ?? ''
  const shown = day.value ?? last
  return (
    <ul class="chart-legend">
      <li class="number">{dayText(shown)}</li>
      {series.map(({ name, points }, index) => (
        <li key={name}>
          <svg class={`series-${index + 1}`} width="18" height="4" aria-hidden="true">
            <rect width="18" height="4" rx="2" fill="currentColor" />
          </svg>
          <span class="one-line">
            <UserText>{name}</UserText>
          </span>
          <strong class="number">{numberText(points.findLast((point) => point.day <= shown)?.value)}</strong>
        </li>
      ))}
    </ul>
  )
}

function ValueTable({ label, series }: LineChartProps) {
  const days = [...new Set(series.flatMap(({ points }) => points.map(({ day }) => day)))].toSorted().toReversed()
  const valuesOf = series.map(({ points }) => new Map(points.map(({ day, value }) => [day, value])))
  return (
    <details class="chart-values">
      <summary class="small soft">Values</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: only what has the focus scrolls by keyboard */}
      {/* biome-ignore lint/a11y/useSemanticElements: a section would need a heading */}
      <div class="table-scroll chart-table" role="region" aria-label={`${label} by day`} tabIndex={0}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Day</th>
              {series.map(({ name }) => (
                <th key={name} scope="col" class="number">
                  <UserText>{name}</UserText>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days.map((day) => (
              <tr key={day}>
                <th scope="row">{dayText(day)}</th>
                {valuesOf.map((values, index) => (
                  <td key={series[index]?.name} class="number">
                    {numberText(values.get(day))}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}

function summaryOf(label: string, series: readonly Series[]): string {
  const parts = series.map(({ name, points }) => {
    const [first, last] = [points[0], points.at(-1)]
    if (first === undefined || last === undefined) return `${name}: no values`
    const subject = series.length > 1 ? `${name}: ` : ''
    return `${subject}from ${numberText(first.value)} on ${dayText(first.day)} to ${numberText(last.value)} on ${dayText(last.day)}`
  })
  return `${label}, ${parts.join('; ')}`
}
