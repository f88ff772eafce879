import type { PassKind } from '../../catalog/schema.ts'
import type { PassOutcome } from '../../crawl/events.ts'
import { pluralOf } from '../../hub/kinds.ts'
import { sum } from '../../output/fit.ts'
import { counted, formatDuration } from '../../output/format.ts'
import { formatNumber } from '../../util/format-number.ts'
import type { PassMeter } from './pass-meter.ts'

const GAP = '  '
const LABEL_WIDTH = 11
const PERCENT_WIDTH = 5
const COUNT_WIDTH = 15
const PAGES_WIDTH = 11
const RATE_WIDTH = 14
const LEFT_WIDTH = 14
const MIN_BAR_WIDTH = 8
const MAX_BAR_WIDTH = 24

/** `models` and so on, as on the command line. */
export function labelOf(kind: PassKind): string {
  return kind === 'tags' ? 'tags' : pluralOf[kind]
}

/** How a pass ended, in a few words. */
export function stateText({ state, gaps }: Pick<PassOutcome, 'state' | 'gaps'>): string {
  return gaps.length === 0 ? state : `${state} except for a gap`
}

/**
 * A pass for a terminal: a bar, then counts and speed. The bar takes the remaining width. If that is too little even for a
 * short bar, the pages and then the speed are dropped. Lines need at least 59 columns.
 */
export function passLine(meter: PassMeter, columns: number): string {
  const { barWidth, hasPages, hasRate } = layoutFor(columns)
  const fraction = meter.fraction()
  const { pages, rate, left } = figuresOf(meter)
  const parts = [
    labelOf(meter.kind).padEnd(LABEL_WIDTH),
    bar(fraction, barWidth),
    percent(fraction).padStart(PERCENT_WIDTH),
    countOf(meter).padStart(COUNT_WIDTH),
    ...(hasPages ? [pages.padStart(PAGES_WIDTH)] : []),
    ...(meter.outcome !== undefined ? [stateText(meter.outcome)] : [...(hasRate ? [rate.padStart(RATE_WIDTH)] : []), left]),
  ]
  return parts.join(GAP).trimEnd()
}

/** A pass for a file or a pipe. */
export function plainPassLine(meter: PassMeter): string {
  const { outcome } = meter
  const { pages, rate, left } = figuresOf(meter)
  const [state, speed] = outcome === undefined ? [percent(meter.fraction()), [rate, left]] : [stateText(outcome), []]
  const parts = [state, countOf(meter), pages, ...speed].filter((part) => part !== '')
  return `${labelOf(meter.kind)}: ${parts.join(', ')}`
}

function layoutFor(columns: number): { barWidth: number; hasPages: boolean; hasRate: boolean } {
  const needed = sum([LABEL_WIDTH, PERCENT_WIDTH, COUNT_WIDTH, LEFT_WIDTH]) + 4 * GAP.length
  const withRate = needed + RATE_WIDTH + GAP.length
  const withPages = withRate + PAGES_WIDTH + GAP.length
  const hasRate = columns - withRate >= MIN_BAR_WIDTH
  const hasPages = columns - withPages >= MIN_BAR_WIDTH
  const room = columns - (hasPages ? withPages : hasRate ? withRate : needed)
  return { barWidth: Math.max(MIN_BAR_WIDTH, Math.min(MAX_BAR_WIDTH, room)), hasPages, hasRate }
}

function figuresOf(meter: PassMeter): { pages: string; rate: string; left: string } {
  const speed = meter.reposPerSecond()
  const left = meter.secondsLeft()
  const unit = meter.kind === 'collection' ? '' : ' repos'
  return {
    pages: counted(meter.counts.pages, 'page'),
    rate: speed === undefined || meter.kind === 'tags' ? '' : `${formatNumber(Math.round(speed))}${unit}/s`,
    left: left === undefined ? '' : `${formatDuration(left)} left`,
  }
}

function percent(fraction: number | undefined): string {
  return fraction === undefined ? '' : `${Math.floor(fraction * 100)} %`
}

function countOf({ kind, counts }: PassMeter): string {
  if (kind === 'collection') return `${formatNumber(counts.repos)} seen`
  if (kind !== 'tags') return counted(counts.repos, 'repo')
  return counted(counts.inserted + counts.updated + counts.unchanged, 'tag')
}

function bar(fraction: number | undefined, width: number): string {
  const filled = Math.round((fraction ?? 0) * width)
  return '█'.repeat(filled) + '░'.repeat(width - filled)
}
