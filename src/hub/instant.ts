const ISO_8601 =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,20}))?)? ?(?:Z|([+-])([01]\d|2[0-3])(?::?([0-5]\d))?)?)?$/i

/**
 * Parses an ISO 8601 date: `2024-02-29T10:57:33.000Z`, with any offset, or the day alone. A time without an offset is UTC,
 * whatever the time zone of this machine. `Date.parse` would take such a time as local, and would move a day that its month
 * does not have into the next month.
 *
 * @returns milliseconds since 1970, undefined when the text is not such a date or the day does not exist
 */
export function instantOf(text: string): number | undefined {
  const match = ISO_8601.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHours, offsetMinutes] = match
  const date = new Date(0)
  // Unlike `Date.UTC`, this does not take the year 24 as 1924.
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined
  date.setUTCHours(Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0), Number(fraction.slice(0, 3).padEnd(3, '0')))
  const offsetMs = (Number(offsetHours ?? 0) * 60 + Number(offsetMinutes ?? 0)) * 60_000
  return date.getTime() - (sign === '-' ? -offsetMs : offsetMs)
}

/**
 * Parses a date of an HTTP header (RFC 9110), in the current form or one of the two obsolete ones. All of them are UTC, and
 * one of them does not say so.
 *
 * @returns milliseconds since 1970, undefined when the text is not such a date
 */
export function httpDateOf(text: string): number | undefined {
  // `Date.parse` would find a date in many other texts, such as `-5`.
  if (!/^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? /i.test(text)) return instantOf(text)
  const time = Date.parse(/(?:GMT|UTC|[+-]\d{4})$/i.test(text) ? text : `${text} GMT`)
  return Number.isNaN(time) ? undefined : time
}
