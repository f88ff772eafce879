const grouped = new Intl.NumberFormat('en-US')

/** 12345 as `12,345`. */
export function formatCount(count: number): string {
  return grouped.format(count)
}

/** Seconds as `42 s`, `3 m 5 s` or `2 h 10 m`: two units are enough to plan by. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} m ${whole % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} m`
}
