import { formatNumber } from '../../util/format-number.ts'
import { element, join, type Markup } from '../markup.ts'
import { extentOf } from '../thin.ts'

/** More columns of numbers do not fit on a phone. */
const MAX_PHONE_COLUMNS = 2

export interface BarTable {
  /** What the names are. */
  head: string
  rows: readonly BarRow[]
  /** Columns of numbers at the right. */
  columns: readonly string[]
  /** Names of the parts of each bar, for bars of several parts. */
  parts?: readonly string[]
}

interface BarRow {
  name: string
  /** The length of the bar, or of each of its parts. */
  bar: number | null | readonly number[]
  /** One per column. Numbers are grouped, a missing value is a dash. */
  cells: readonly (number | bigint | string | null)[]
}

/** What is too wide scrolls, also by keyboard. */
export function scrolling(label: string, table: Markup): Markup {
  return element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': label }, table)
}

/** A table whose rows have bars, so that the figures are beside the picture. */
export function barTable({ head, rows, columns, parts }: BarTable): Markup {
  const [low, high] = extentOf([0, ...rows.map(({ bar }) => lengthOf(bar))])
  const share = (value: number) => (high === low ? 0 : (100 * value) / (high - low))
  const table = element(
    'table',
    { class: 'bars' },
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('th', { scope: 'col' }, head),
        ...columns.map((name) => element('th', { scope: 'col', class: 'number' }, name)),
      ),
    ),
    element(
      'tbody',
      {},
      ...rows.map(({ name, bar, cells }) =>
        element(
          'tr',
          {},
          element(
            'th',
            { scope: 'row' },
            element('div', { class: 'named-bar' }, element('bdi', { title: name }, name), track(bar, low, share)),
          ),
          ...cells.map((value) => element('td', { class: 'number' }, cellText(value))),
        ),
      ),
    ),
  )
  const legend = parts === undefined ? [] : [partsLegend(parts)]
  return join(...legend, columns.length > MAX_PHONE_COLUMNS ? scrolling(head, table) : table)
}

function lengthOf(bar: BarRow['bar']): number {
  return typeof bar === 'object' && bar !== null ? bar.reduce((sum, part) => sum + part, 0) : (bar ?? 0)
}

function track(bar: BarRow['bar'], low: number, share: (value: number) => number): Markup {
  const parts = typeof bar === 'object' && bar !== null ? bar : [bar ?? 0]
  const start = share(Math.min(0, parts[0] ?? 0) - low)
  const isParted = parts.length > 1
  return element(
    'span',
    { class: 'track', 'aria-hidden': 'true' },
    ...parts.map((value, index) =>
      element('span', {
        class: isParted ? `part part-${index + 1}` : 'part',
        style: `margin-left:${index === 0 ? start.toFixed(2) : 0}%;width:${Math.abs(share(value)).toFixed(2)}%`,
      }),
    ),
  )
}

function partsLegend(parts: readonly string[]): Markup {
  const entries = parts.map((name, index) =>
    element('li', {}, element('span', { class: `swatch part-${index + 1}`, 'aria-hidden': 'true' }), name),
  )
  return element('ul', { class: 'legend' }, ...entries)
}

export function cellText(value: number | bigint | string | null): string {
  if (value === null) return '–'
  return typeof value === 'string' ? value : formatNumber(value)
}
