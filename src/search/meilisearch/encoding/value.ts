/**
 * Encodes a value for filters, facets and sorts. Meilisearch normalizes values, so that `MIT` and `mit` would be one. Therefore
 * only characters that it leaves alone are used: digits, small letters and some punctuation stay, all others become a code with
 * one of three prefixes. A prefix lies in the range that it replaces, so encoded values sort as the values do by code unit.
 */
export function encodeValue(value: string): string {
  return value.replace(CODED, (unit) => {
    const code = unit.charCodeAt(0)
    if (code <= LOW_LAST) return `${LOW}${digitsOf(code, 2)}`
    if (code <= MIDDLE_LAST) return `${MIDDLE}${digitsOf(code - MIDDLE_FIRST, 1)}`
    return `${HIGH}${digitsOf(code, 4)}`
  })
}

/** Decodes a value. */
export function decodeValue(encoded: string): string {
  return encoded.replace(CODES, (_, low?: string, middle?: string, high?: string) => {
    if (low !== undefined) return String.fromCharCode(Number.parseInt(low, RADIX))
    if (middle !== undefined) return String.fromCharCode(MIDDLE_FIRST + Number.parseInt(middle, RADIX))
    return String.fromCharCode(Number.parseInt(high ?? '0', RADIX))
  })
}

/** Encodes a value, truncated between codes: Meilisearch would truncate at 468 bytes. No value on the Hub is that long. */
export function encodeTruncated(value: string): string {
  const encoded = encodeValue(value)
  if (encoded.length <= MAX_BYTES) return encoded
  const whole = encoded.slice(0, MAX_BYTES).match(WHOLE_CODES)
  return whole?.[0] ?? ''
}

const RADIX = 36
const MAX_BYTES = 460

/** NUL to apostrophe: control characters, space, and what filters give a meaning. */
const LOW = '!'
const LOW_LAST = 0x27
/** `@`, capitals, and from the brackets to the grave accent. */
const MIDDLE = '@'
const MIDDLE_FIRST = 0x40
const MIDDLE_LAST = 0x60
/** The tilde and everything beyond ASCII. */
const HIGH = '~'

const CODED = /[\0-\x27\x40-\x60]|[^\0-\x7d]/g
const CODES = /!([0-9a-z]{2})|@([0-9a-z])|~([0-9a-z]{4})/g
const WHOLE_CODES = /^(?:![0-9a-z]{2}|@[0-9a-z]|~[0-9a-z]{4}|[^!@~])*/

function digitsOf(code: number, length: number): string {
  return code.toString(RADIX).padStart(length, '0')
}
