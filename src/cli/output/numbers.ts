// `min2` leaves four digits alone, which keeps years readable. Small fractions keep four digits that mean something.
const grouped = new Intl.NumberFormat('en-US', {
  useGrouping: 'min2',
  maximumFractionDigits: 3,
  maximumSignificantDigits: 4,
  roundingPriority: 'morePrecision',
})

const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 })

/** `1234567.5` as `1,234,567.5`, `2024` as it is. */
export function formatNumber(value: number | bigint): string {
  return grouped.format(value)
}

/** `1234567` as `1.2M`. */
export function formatCompact(value: number | bigint): string {
  return compact.format(value)
}
