// Small fractions keep four digits that mean something.
const grouped = new Intl.NumberFormat('en-US', {
  maximumFractionDigits: 3,
  maximumSignificantDigits: 4,
  roundingPriority: 'morePrecision',
})

/** `1234567.5` as `1,234,567.5`. */
export function formatNumber(value: number | bigint): string {
  return grouped.format(value)
}
