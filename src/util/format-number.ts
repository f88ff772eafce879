let grouped: Intl.NumberFormat | undefined

/** `1234567.5` as `1,234,567.5`. */
export function formatNumber(value: number | bigint): string {
  // Created on first use, since it takes as long as loading several modules. Small fractions keep four significant digits.
  grouped ??= new Intl.NumberFormat('en-US', {
    maximumFractionDigits: 3,
    maximumSignificantDigits: 4,
    roundingPriority: 'morePrecision',
  })
  return grouped.format(value)
}
