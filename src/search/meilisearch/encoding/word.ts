/**
 * Words as Meilisearch gets them, in documents and in queries alike. Left to itself it cuts and folds text by rules of its
 * own; given words that are cut and folded already, it only compares them, and finds what the Postgres engine finds.
 *
 * A mark stands before each word. It cannot be mistaken at the beginning, where Meilisearch counts a typo double, and two
 * words put together, or one cut in two, which it tries as well, are never words with a mark.
 */
export function codedWord(word: string): string {
  return LATIN.test(word) ? `${MARK}${word.replace(FOREIGN, latinOf)}` : digitsOf(word)
}

/**
 * The words of one place, as the text of an attribute.
 *
 * @param more codes to go with them
 */
export function codedWords(words: Iterable<string>, more: readonly string[] = []): string {
  const codes = new Set([...Array.from(words, codesOf).flat(), ...more])
  return codes.size === 0 ? '' : [FIRST, ...codes].join(' ')
}

/** The code of a word, and for one by numbers a code that begins as its beginning does if that is none by numbers. */
function codesOf(word: string): string[] {
  if (LATIN.test(word)) return [codedWord(word)]
  const beginning = BEGINNING.exec(word)?.[0] ?? ''
  return [digitsOf(word), ...(beginning === '' ? [] : [`${codedWord(beginning)}${GOES_ON}`])]
}

/** Words of this many letters may have a typo; Meilisearch counts the mark, too. */
export const MIN_LETTERS_FOR_TYPO = 5 + 1

/** A separator that is made none, see the settings of the index. */
export const MARK = '_'

/** Stands in each attribute's first place, which Meilisearch would prefer; no word begins with two marks. */
const FIRST = `${MARK}${MARK}`

/** Words of letters that are written with spaces between words; those of the phonetic alphabet stand for others here. */
const LATIN = /^[a-z0-9\u00df-\u024f\u1e00-\u1eff\u03b1-\u03c9\u0430-\u045f]+$/
const BEGINNING = /^[a-z0-9\u00df-\u024f\u1e00-\u1eff\u03b1-\u03c9\u0430-\u045f]+/
/** A phonetic letter that stands for none. */
const GOES_ON = '\u02ae'

/**
 * Small letters of Cyrillic and Greek. Meilisearch cuts where one script follows another, mark or not, so they are written
 * in letters of the same script as the rest.
 */
const FOREIGN = /[\u0430-\u045f\u03b1-\u03c9]/g
const PHONETIC = 0x0250

function latinOf(letter: string): string {
  const code = letter.charCodeAt(0)
  return String.fromCharCode(code >= 0x0430 ? PHONETIC + code - 0x0430 : PHONETIC + 0x30 + code - 0x03b1)
}

/**
 * All other words by numbers, five digits for each code unit, so that beginnings still match. Typos are never forgiven in
 * numbers. Meilisearch takes words up to 250 bytes.
 */
function digitsOf(word: string): string {
  return Array.from({ length: Math.min(word.length, MAX_UNITS) }, (_, index) =>
    String(word.charCodeAt(index)).padStart(5, '0'),
  ).join('')
}

const MAX_UNITS = 48
