/**
 * Values as Meilisearch gets them for filters, facets and orders. It folds text there: case, accents and forms are lost, so
 * that `MIT` and `mit` would be one value. Therefore values are written in characters that it leaves alone: digits, small
 * letters and some punctuation stand for themselves, everything else for a short code that begins with one of three marks.
 *
 * Coded values sort as the values do by code unit: each mark lies where the characters do for which it stands.
 */
export function codedValue(value: string): string {
  return value.replace(CODED, (unit) => {
    const code = unit.charCodeAt(0)
    if (code <= LOW_LAST) return `${LOW}${digitsOf(code, 2)}`
    if (code <= MIDDLE_LAST) return `${MIDDLE}${digitsOf(code - MIDDLE_FIRST, 1)}`
    return `${HIGH}${digitsOf(code, 4)}`
  })
}

/** The value that a code stands for. */
export function decodedValue(coded: string): string {
  return coded.replace(CODES, (_, low?: string, middle?: string, high?: string) => {
    if (low !== undefined) return String.fromCharCode(Number.parseInt(low, RADIX))
    if (middle !== undefined) return String.fromCharCode(MIDDLE_FIRST + Number.parseInt(middle, RADIX))
    return String.fromCharCode(Number.parseInt(high ?? '0', RADIX))
  })
}

/**
 * A coded value that Meilisearch keeps whole: it cuts at 468 bytes. What is longer is cut here, at a code's end; no value on
 * the Hub comes near.
 */
export function keptCodedValue(value: string): string {
  const coded = codedValue(value)
  if (coded.length <= MAX_BYTES) return coded
  const whole = coded.slice(0, MAX_BYTES).match(WHOLE_CODES)
  return whole?.[0] ?? ''
}

const RADIX = 36
const MAX_BYTES = 460

/** NUL to apostrophe: control characters, space, and what has a meaning in a filter. */
const LOW = '!'
const LOW_LAST = 0x27
/** `@`, capitals, and brackets to the grave accent. */
const MIDDLE = '@'
const MIDDLE_FIRST = 0x40
const MIDDLE_LAST = 0x60
/** The tilde and all beyond ASCII. */
const HIGH = '~'

const CODED = /[\0-\x27\x40-\x60]|[^\0-\x7d]/g
const CODES = /!([0-9a-z]{2})|@([0-9a-z])|~([0-9a-z]{4})/g
const WHOLE_CODES = /^(?:![0-9a-z]{2}|@[0-9a-z]|~[0-9a-z]{4}|[^!@~])*/

function digitsOf(code: number, length: number): string {
  return code.toString(RADIX).padStart(length, '0')
}
