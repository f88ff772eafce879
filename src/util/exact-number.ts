// Part of JavaScript since Node 22, but not yet in TypeScript's library types.
declare global {
  interface JSON {
    rawJSON(text: string): ExactNumber
    isRawJSON(value: unknown): value is ExactNumber
  }
}

/** A number with more digits than a JavaScript number holds, as text. `JSON.stringify` writes it as a JSON number. */
export interface ExactNumber {
  readonly rawJSON: string
}

/** Does not match if every number in a text fits a double: at most fifteen digits, within its range. */
const MAY_LOSE_DIGITS = /\d[\d.]{14}|\d[eE][+-]?\d{3}/
/** Longer whole numbers stay text: the time to print a bigint grows faster than its length. */
const LONGEST_BIGINT = 40

/** Parses JSON without rounding: to bigint, or to {@link ExactNumber} for other numbers that a double cannot hold. */
export function parseExactly(json: string): unknown {
  // Most texts hold no such number, and a reviver makes parsing several times slower.
  return MAY_LOSE_DIGITS.test(json) ? JSON.parse(json, reviveNumber) : JSON.parse(json)
}

/** The rest parameter is the source text, which the library's types do not know yet. */
function reviveNumber(_key: string, value: unknown, ...[context]: { source?: string }[]): unknown {
  const source = context?.source
  if (typeof value !== 'number' || source === undefined) return value
  if (!/^-?\d+$/.test(source)) return isSame(source, String(value)) ? value : JSON.rawJSON(source)
  if (Number.isSafeInteger(value)) return value
  return source.length <= LONGEST_BIGINT ? BigInt(source) : JSON.rawJSON(source)
}

/** Whether two texts denote the same number: `1.50` and `1.5`, `1e+3` and `1000.0`. */
function isSame(first: string, second: string): boolean {
  return first === second || normalized(first) === normalized(second)
}

/** The significant digits and a power of ten. */
function normalized(text: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text)
  if (parts === null) return text
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts
  const digits = (whole + fraction).replace(/^0+/, '')
  let end = digits.length
  while (digits[end - 1] === '0') end--
  return end === 0 ? '0' : `${sign}${digits.slice(0, end)}e${Number(exponent) - fraction.length + digits.length - end}`
}
