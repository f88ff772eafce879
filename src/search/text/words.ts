import { normalize } from './normalize.ts'

/** Nobody types longer ones (hashes, base64). Documents and queries truncate them alike. */
const MAX_WORD_LENGTH = 64

/** A run of letters and digits. In scripts without spaces each character is a word, and so is each pictograph. */
const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Extended_Pictographic}]|[\p{L}\p{N}\p{M}]+?(?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[^\p{L}\p{N}\p{M}]|$)/gu

/** Where a new part of a name begins without a separator: `distil|Bert`, `HTML|Parser`, `llama|3`. */
const PART_BOUNDARY = /(?<=\p{Ll}|\d)(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{L}{2})(?=\d)/u

/** The normalized words of a text, in order, with repeats. */
export function wordsOf(text: string): string[] {
  const words = normalize(text).match(WORD) ?? []
  return words.map((word) => word.slice(0, MAX_WORD_LENGTH).toWellFormed())
}

/** The words of a name, followed by the parts into which camel case and digits split it. */
export function nameWordsOf(name: string): string[] {
  const parts = name.split(PART_BOUNDARY)
  return parts.length > 1 ? [...wordsOf(name), ...parts.flatMap(wordsOf)] : wordsOf(name)
}
