const DAY_MS = 86_400_000
const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'))

/** One entry per day of a generated Hub, fewer than two thousand. */
const dates = new Map<number, string>()

/** Formats whole seconds as the Hub does. `Date.toISOString` takes 0.8 µs, which was a tenth of the cost of a page. */
export function isoSecond(timeMs: number): string {
  const day = Math.floor(timeMs / DAY_MS)
  let date = dates.get(day)
  if (date === undefined) {
    date = new Date(day * DAY_MS).toISOString().slice(0, 11)
    dates.set(day, date)
  }
  const seconds = Math.floor((timeMs - day * DAY_MS) / 1000)
  const hour = TWO_DIGITS[Math.floor(seconds / 3600)]
  return `${date}${hour}:${TWO_DIGITS[Math.floor(seconds / 60) % 60]}:${TWO_DIGITS[seconds % 60]}.000Z`
}
