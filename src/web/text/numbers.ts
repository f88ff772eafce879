import { formatNumber } from '../../util/format-number.ts'

const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 })

/** `1234567` as `1.23M`. */
export function compactNumber(value: number): string {
  return compact.format(value)
}

/** A class of sizes of the Hub, such as `1M<n<10M` or `n<1K`. */
export function sizeText(size: string): string {
  const [, from, to] = /^(\w+)<n<(\w+)$/.exec(size) ?? []
  return from === undefined ? size.replace(/^n([<>])/, '$1 ') : `${from}–${to}`
}

/** `87 ms`, or `4.9 s`. */
export function tookText(ms: number): string {
  return ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** A missing value is a dash. */
export function numberText(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : formatNumber(value)
}

export function percentText(share: number): string {
  if (share > 0 && share < 0.001) return '< 0.1 %'
  if (share < 1 && share > 0.999) return '> 99.9 %'
  return `${formatNumber(Math.round(share * 1000) / 10)} %`
}
