import { useEffect, useState } from 'preact/hooks'
import { isDateField } from '../../../../search/ranges.ts'
import type { RangeField } from '../../../../search/search-fields.ts'
import { formatNumber } from '../../../../util/format-number.ts'
import type { SearchAnswer } from '../hits/hit-columns.tsx'
import { FIELD_NAMES } from '../search-requests.ts'
import { type SearchState, withRange } from '../search-state.ts'
import { endText, isWithin, rangeOf, rangeText } from './ranges.ts'

type Bucket = NonNullable<NonNullable<SearchAnswer['histograms']>[RangeField]>[number]

interface RangeGroupProps {
  field: RangeField
  isOpen: boolean
  state: SearchState
  buckets: readonly Bucket[]
  isEstimate: boolean
  change(state: SearchState): void
}

const HEIGHT = 44
const WIDTH = 240

/** A histogram whose bars are filters, and fields for any other range. */
export function RangeGroup({ field, isOpen, state, buckets, isEstimate, change }: RangeGroupProps) {
  const range = state.ranges.get(field)
  if (range === undefined && buckets.every(({ count }) => count === 0)) return null
  const set = (value: string | undefined) => change(withRange(state, field, value))
  return (
    <details class="facet" open={isOpen || range !== undefined}>
      <summary>
        {FIELD_NAMES[field]}
        {range !== undefined && <span class="badge">1</span>}
      </summary>
      <Histogram field={field} buckets={buckets} isEstimate={isEstimate} range={range} set={set} />
      <p class="histogram-ends soft small" aria-hidden="true">
        <span>{endText(buckets[0]?.from ?? buckets[0]?.to)}</span>
        <span>{endText(buckets.at(-1)?.to ?? buckets.at(-1)?.from)}</span>
      </p>
      <RangeFields field={field} range={range ?? '..'} set={set} />
    </details>
  )
}

interface HistogramProps {
  field: RangeField
  buckets: readonly Bucket[]
  isEstimate: boolean
  range: string | undefined
  set(range: string | undefined): void
}

/** For the mouse; the fields below do the same for the keyboard. */
function Histogram({ field, buckets, isEstimate, range, set }: HistogramProps) {
  const most = Math.max(1, ...buckets.map(({ count }) => count))
  const width = WIDTH / Math.max(1, buckets.length)
  const chosen = range === undefined ? undefined : rangeOf(field, range)
  return (
    <svg class="histogram" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      {buckets.map((bucket, index) => {
        const written = `${bucket.from ?? ''}..${bucket.to ?? ''}`
        // Square roots, so that a few repos among many thousands are visible.
        const height = bucket.count === 0 ? 0 : Math.max(2, Math.sqrt(bucket.count / most) * HEIGHT)
        return (
          // biome-ignore lint/a11y/noStaticElementInteractions: hidden from screen readers
          <g
            key={written}
            class={range === undefined || isWithin(rangeOf(field, written), chosen) ? 'bar' : 'bar is-outside'}
            onClick={() => set(range === written ? undefined : written)}
          >
            <title>{`${rangeText(field, written)}: ${isEstimate ? 'about ' : ''}${formatNumber(bucket.count)}`}</title>
            <rect class="bar-ground" x={index * width} y="0" width={width} height={HEIGHT} />
            <rect x={index * width + 0.5} y={HEIGHT - height} width={Math.max(1, width - 1)} height={height} rx="1" />
          </g>
        )
      })}
    </svg>
  )
}

function RangeFields({ field, range, set }: { field: RangeField; range: string; set(range: string | undefined): void }) {
  const [ends, setEnds] = useState(range)
  useEffect(() => setEnds(range), [range])
  const [from = '', to = ''] = ends.split('..')
  const apply = () => {
    if (ends !== range) set(ends === '..' ? undefined : ends)
  }
  const end = (label: string, value: string, write: (value: string) => string) => (
    <input
      class="field is-small"
      aria-label={`${FIELD_NAMES[field]}, ${label}`}
      placeholder={`${label}${isDateField(field) ? ' 2025-01' : ''}`}
      value={value}
      inputMode="text"
      maxLength={24}
      onInput={(event) => setEnds(write(event.currentTarget.value.replaceAll('..', '.').trim()))}
      onBlur={apply}
    />
  )
  return (
    <form
      class="range-fields"
      onSubmit={(event) => {
        event.preventDefault()
        apply()
      }}
    >
      {end('from', from, (value) => `${value}..${to}`)}
      <span class="soft" aria-hidden="true">
        –
      </span>
      {end('to', to, (value) => `${from}..${value}`)}
      <button type="submit" class="only-read" tabIndex={-1}>
        Apply
      </button>
    </form>
  )
}
