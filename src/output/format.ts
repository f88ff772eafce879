import type { ExactNumber } from '../util/exact-number.ts'
import { formatNumber } from '../util/format-number.ts'

/** `1234567.0000001` as `1,234,567.0000001`: grouped, with every digit. */
export function formatExactly(value: number | bigint | ExactNumber): string {
  const text = typeof value === 'object' ? value.rawJSON : String(value)
  return text.replace(/^(-?)(\d+)/, (_, sign: string, digits: string) => sign + groupedDigits(digits))
}

function groupedDigits(digits: string): string {
  const groups = [digits.slice(0, digits.length % 3)]
  for (let start = digits.length % 3; start < digits.length; start += 3) groups.push(digits.slice(start, start + 3))
  return groups.filter((group) => group !== '').join(',')
}

/** `1 page`, `2 pages`: the number with its noun. `many` is needed only for irregular plurals. */
export function counted(count: number | bigint, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${Number(count) === 1 ? one : many}`
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

/** Bytes as the Hub shows them, in powers of a thousand: `548 MB`, `1.42 kB`. */
export function formatBytes(bytes: number): string {
  let [value, power] = [bytes, 0]
  for (; value >= 999.5 && power < BYTE_UNITS.length - 1; power++) value /= 1000
  return `${formatNumber(Number(value.toPrecision(3)))} ${BYTE_UNITS[power]}`
}

/** Seconds as `42 s`, `3 m 5 s`, `5 m` or `2 h 10 m`, in at most two units. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} m${rest(whole % 60, 's')}`
  return `${Math.floor(minutes / 60)} h${rest(minutes % 60, 'm')}`
}

function rest(count: number, unit: string): string {
  return count === 0 ? '' : ` ${count} ${unit}`
}
