import { useEffect, useState } from 'preact/hooks'
import type { RangeField } from '../../../../search/search-fields.ts'
import { formatNumber } from '../../../../util/format-number.ts'
import { compactNumber } from '../../../text/numbers.ts'
import { dayText } from '../../../text/time.tsx'
import { shortened } from '../../../text/user-text.tsx'
import type { SearchAnswer } from '../hits/hit-columns.tsx'
import { FIELD_NAMES } from '../search-requests.ts'
import { type SearchState, withRange } from '../search-state.ts'

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

function endText(end: number | string | null | undefined): string {
  if (end === null || end === undefined) return ''
  return typeof end === 'number' ? compactNumber(end) : dateText(end)
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
            class={isWithin(bucket, range) ? 'bar' : 'bar is-outside'}
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
  const isDate = field === 'created' || field === 'modified'
  const apply = () => {
    if (ends !== range) set(ends === '..' ? undefined : ends)
  }
  const end = (label: string, value: string, write: (value: string) => string) => (
    <input
      class="field is-small"
      aria-label={`${FIELD_NAMES[field]}, ${label}`}
      placeholder={`${label}${isDate ? ' 2025-01' : ''}`}
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

function isWithin({ from, to }: Bucket, range: string | undefined): boolean {
  if (range === undefined) return true
  const [first = '', last = ''] = range.split('..')
  const isAfter = first === '' || from === null ? first === '' : compareEnds(from, first) >= 0
  const isBefore = last === '' || to === null ? last === '' : compareEnds(to, last) <= 0
  return isAfter && isBefore
}

/** Dates are compared as far as the typed one goes: 2025-03-31 is not after 2025. */
function compareEnds(value: number | string, typed: string): number {
  if (typeof value === 'number') return value - numberIn(typed)
  const shown = value.slice(0, typed.length)
  return shown < typed ? -1 : shown > typed ? 1 : 0
}

const UNITS: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, b: 1e9, g: 1e9, t: 1e12 }

/** `1.5M` as 1,500,000, as the server reads it. */
function numberIn(text: string): number {
  return Number.parseFloat(text) * (UNITS[text.trim().slice(-1).toLowerCase()] ?? 1)
}

/** `1B to 3B`, `since 2024`, `up to 100`. */
export function rangeText(field: RangeField, range: string): string {
  const isDate = field === 'created' || field === 'modified'
  const [from, to] = range.split('..').map((end) => (end === '' ? '' : isDate ? dateText(end) : numberShown(end)))
  if (!to) return isDate ? `since ${from}` : `${from} or more`
  return from ? `${from} to ${to}` : `up to ${to}`
}

/** What is no number stays as it was typed; the server says what it expects. */
function numberShown(text: string): string {
  const value = numberIn(text)
  return Number.isNaN(value) ? shortened(text, 20) : compactNumber(value)
}

function dateText(text: string): string {
  return /^\d{4}-\d\d-\d\d/.test(text) ? dayText(text) : text
}
