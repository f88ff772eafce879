import { normalize } from './normalize.ts'

/** Nobody types longer ones (hashes, base64). Documents and queries truncate them alike. */
const MAX_WORD_LENGTH = 64

/** Scripts in which each character is a word, as each pictograph is. */
const SINGLE = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー\p{Extended_Pictographic}`
/**
 * Alphabets without spaces between words. Where words end there takes a dictionary, and those of `Intl.Segmenter` differ by its
 * version and by the text around. Pairs of neighboring characters need none: every part of a text has pairs of the text only.
 */
const UNSPACED_BLOCKS = [
  String.raw`\u0e00-\u0eff`, // Thai, Lao
  String.raw`\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f`, // Burmese
  String.raw`\u1780-\u17ff`, // Khmer
  String.raw`\u1950-\u19df\u1a20-\u1aaf\uaa80-\uaadf\u{11700}-\u{1174f}`, // Tai Le, New Tai Lue, Tai Tham, Tai Viet, Ahom
  String.raw`\u1b00-\u1b7f\ua980-\ua9df`, // Balinese, Javanese
].join('')
const UNSPACED = String.raw`[[${UNSPACED_BLOCKS}]&&[\p{L}\p{M}]]`
const UNSPACED_RUN = new RegExp(`^[${UNSPACED_BLOCKS}]{2}`, 'v')
/** Names of languages and platforms that are nothing without their signs. */
const SIGNED = /(?<![a-z0-9])([cg]\+\+|[cf]#|\.net)(?![a-z0-9+#])/

/** A run of letters and digits, with the dots within numbers. */
const LETTERS = String.raw`[[\p{L}\p{N}\p{M}]--[${SINGLE}]--${UNSPACED}]+`
const WORD = new RegExp(String.raw`[${SINGLE}]|${UNSPACED}+|${LETTERS}(?:\.(?<=\d\.)(?=\d)${LETTERS})*`, 'gv')
/** Most of the Hub's text: ASCII, and without the signs of names. */
const PLAIN = /^[\0-"$-*,-\x7f]*$/
const PLAIN_WORD = /[a-z0-9]+(?:\.(?<=\d\.)(?=\d)[a-z0-9]+)*/g

/** The normalized words of a text, in order, with repeats. Version numbers are whole: `3.5` is one word. */
export function wordsOf(text: string): string[] {
  if (PLAIN.test(text)) {
    const plain = text.toLowerCase()
    if (!plain.includes('.net')) {
      const words = plain.match(PLAIN_WORD) ?? []
      return text.length <= MAX_WORD_LENGTH ? words : words.map(truncated)
    }
  }
  // Splitting puts the names with signs at the odd places.
  const parts = normalize(text).split(SIGNED)
  return parts.flatMap((part, index) => (index % 2 === 1 ? part : (part.match(WORD) ?? []).flatMap(piecesOf)))
}

/** A word of a text and its place there, in UTF-16 code units. */
export interface PlacedWord {
  word: string
  start: number
  end: number
}

/** The words of a text as `wordsOf` splits it, with their places in the text as it is written. */
export function placedWordsOf(text: string): PlacedWord[] {
  return [...text.matchAll(PLACED)].flatMap(({ 0: written, index }) =>
    rangesOf(written).flatMap(([start, end]) =>
      wordsOf(written.slice(start, end)).map((word) => ({ word, start: index + start, end: index + end })),
    ),
  )
}

/** As WORD, for text that is not normalized. */
const PLACED = new RegExp(
  String.raw`(?<![a-zA-Z0-9])(?:[cCgG]\+\+|[cCfF]#|\.[nN][eE][tT])(?![a-zA-Z0-9+#])|${WORD.source}`,
  'gv',
)

/** The range of a written word, or those of its overlapping pairs of characters. */
function rangesOf(written: string): [start: number, end: number][] {
  if (!UNSPACED_RUN.test(written)) return [[0, written.length]]
  const starts = [0]
  for (const character of written) starts.push((starts.at(-1) ?? 0) + character.length)
  return starts.slice(0, -2).map((start, index) => [start, starts[index + 2] ?? written.length])
}

function piecesOf(word: string): string | string[] {
  return UNSPACED_RUN.test(word) ? pairsOf(word) : truncated(word).toWellFormed()
}

function truncated(word: string): string {
  return word.length > MAX_WORD_LENGTH ? word.slice(0, MAX_WORD_LENGTH) : word
}

/** The overlapping pairs of characters. */
function pairsOf(run: string): string[] {
  const characters = [...run]
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`)
}
