/**
 * Encodes a word, in documents and queries alike. Meilisearch would split and normalize text by its own rules. Given words that
 * are already split and normalized, it only compares them and finds what the Postgres engine finds.
 *
 * Each word gets a prefix, for two reasons. Meilisearch counts a typo in the first letter double, and the prefix keeps it from
 * being mistaken. Meilisearch also tries to join two words and to split one; with a prefix these never match.
 */
export function encodeWord(word: string): string {
  return isLatin(word) ? `${WORD_PREFIX}${word.replace(FOREIGN, latinOf)}` : digitsOf(word)
}

/** Encodes a word with its end, so that no longer one matches. */
export function encodeWholeWord(word: string): string {
  return isLatin(word) ? `${encodeWord(word)}${END}` : encodeWord(word)
}

/** Encodes the words of one place as the text of an attribute. @param more codes to add */
export function encodeWords(words: Iterable<string>, more: readonly string[] = []): string {
  const codes = new Set([...Array.from(words, codesOf).flat(), ...more])
  return codes.size === 0 ? '' : [FIRST, ...codes].join(' ')
}

/** The code of a word. A numeric one whose beginning is Latin gets a second code, by which the beginning finds it. */
function codesOf(word: string): string[] {
  if (isLatin(word)) return [encodeWord(word)]
  const beginning = LATIN_BEGINNING.exec(word)?.[0] ?? ''
  return [digitsOf(word), ...(beginning === '' ? [] : [`${encodeWord(beginning)}${CONTINUED}`])]
}

/** Words of at least this many letters may have a typo; the prefix counts, too. */
export const MIN_LETTERS_FOR_TYPO = 5 + 1

/** Usually a separator, which the settings of the index disable. */
export const WORD_PREFIX = '_'

/** Fills the first position of each attribute, which Meilisearch prefers. No word begins with two prefixes. */
const FIRST = `${WORD_PREFIX}${WORD_PREFIX}`

/** Words in scripts with spaces, without phonetic letters, which stand for others here. */
const LATIN = /^[a-z0-9.\u00df-\u024f\u1e00-\u1eff\u03b1-\u03c9\u0430-\u045f]+$/
const LATIN_BEGINNING = /^[a-z0-9\u00df-\u024f\u1e00-\u1eff\u03b1-\u03c9\u0430-\u045f]+/
/** A phonetic letter that stands for no other. */
const CONTINUED = '\u02ae'

/** A phonetic letter that ends a whole word. */
const END = '\u02ad'

/** A number with a dot would be split, and allow a typo as letters. */
const DECIMAL = /^[0-9]+\.[0-9.]+$/
/** A phonetic letter that stands for the dot in a version: `v1.5`. */
const DOT = '\u02af'

/** Small Cyrillic and Greek letters become letters of one script, because Meilisearch splits words between scripts. */
const FOREIGN = /[.\u0430-\u045f\u03b1-\u03c9]/g
const PHONETIC = 0x0250

function isLatin(word: string): boolean {
  return LATIN.test(word) && !DECIMAL.test(word)
}

function latinOf(letter: string): string {
  if (letter === '.') return DOT
  const code = letter.charCodeAt(0)
  return String.fromCharCode(code >= 0x0430 ? PHONETIC + code - 0x0430 : PHONETIC + 0x30 + code - 0x03b1)
}

/** Other words become digits, five per code unit, so that prefixes still match. Numbers never match with a typo. */
function digitsOf(word: string): string {
  return Array.from({ length: Math.min(word.length, MAX_UNITS) }, (_, index) =>
    String(word.charCodeAt(index)).padStart(5, '0'),
  ).join('')
}

/** Meilisearch takes words up to 250 bytes. */
const MAX_UNITS = 48
