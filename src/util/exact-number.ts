// In every engine since Node 22, and not yet in the types of this language version.
declare global {
  interface JSON {
    rawJSON(text: string): ExactNumber
    isRawJSON(value: unknown): value is ExactNumber
  }
}

/**
 * A number with more digits than a JavaScript number holds, as its text. `JSON.stringify` writes that text as a JSON number, and
 * `JSON.isRawJSON` recognizes it.
 */
export interface ExactNumber {
  readonly rawJSON: string
}

/** A text in which every number may be parsed as usual has no match: fifteen digits fit, within the range of a double. */
const MAY_LOSE_DIGITS = /\d[\d.]{14}|\d[eE][+-]?\d{3}/
/** Longer whole numbers stay texts: printing a bigint takes time that grows faster than its length. */
const LONGEST_BIGINT = 40

/**
 * Parses JSON without rounding: a whole number beyond the safe range becomes a bigint, any other number that a double does not
 * hold an {@link ExactNumber}.
 */
export function parseExactly(json: string): unknown {
  // Most texts hold no number that could be rounded, and a reviver makes parsing several times slower.
  return MAY_LOSE_DIGITS.test(json) ? JSON.parse(json, reviveNumber) : JSON.parse(json)
}

/** The rest parameter is the source text that every engine passes, unknown yet to the library's types. */
function reviveNumber(_key: string, value: unknown, ...[context]: { source?: string }[]): unknown {
  const source = context?.source
  if (typeof value !== 'number' || source === undefined) return value
  if (!/^-?\d+$/.test(source)) return isSame(source, String(value)) ? value : JSON.rawJSON(source)
  if (Number.isSafeInteger(value)) return value
  return source.length <= LONGEST_BIGINT ? BigInt(source) : JSON.rawJSON(source)
}

/** Whether two texts of numbers mean the same one: `1.50` and `1.5`, `1e+3` and `1000.0`. */
function isSame(first: string, second: string): boolean {
  return first === second || normalized(first) === normalized(second)
}

/** The significant digits and the power of ten that they are multiplied by. */
function normalized(text: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text)
  if (parts === null) return text
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts
  const digits = (whole + fraction).replace(/^0+/, '')
  let end = digits.length
  while (digits[end - 1] === '0') end--
  return end === 0 ? '0' : `${sign}${digits.slice(0, end)}e${Number(exponent) - fraction.length + digits.length - end}`
}
