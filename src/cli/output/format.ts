// `min2` leaves four digits alone, which keeps years readable. Small fractions keep four digits that mean something.
const grouped = new Intl.NumberFormat('en-US', {
  useGrouping: 'min2',
  maximumFractionDigits: 3,
  maximumSignificantDigits: 4,
  roundingPriority: 'morePrecision',
})

/** `1234567.5` as `1,234,567.5`, `2024` as it is. */
export function formatNumber(value: number | bigint): string {
  return grouped.format(value)
}

/** Seconds as `42 s`, `3 m 5 s` or `2 h 10 m`: two units are enough to plan by. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} m ${whole % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} m`
}
