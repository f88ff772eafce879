import { folded } from './normalize.ts'

/** Longer runs are no words that anybody types (hashes, base64); both sides cut them at the same length. */
const MAX_WORD_LENGTH = 64

/**
 * A run of letters and digits. Scripts that are written without spaces give a word a character; so does each pictograph,
 * which some people do search for.
 */
const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Extended_Pictographic}]|[\p{L}\p{N}\p{M}]+?(?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[^\p{L}\p{N}\p{M}]|$)/gu

/** Where a name goes on without a separator: `distil|Bert`, `HTML|Parser`, `llama|3`. */
const SEAM = /(?<=\p{Ll}|\d)(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{L}{2})(?=\d)/u

/** The words of a text in folded form, in order, with repeats. */
export function wordsOf(text: string): string[] {
  const words = folded(text).match(WORD) ?? []
  return words.map((word) => word.slice(0, MAX_WORD_LENGTH).toWellFormed())
}

/** The words of a name: those of its text, and the parts into which camel case and digits divide them. */
export function nameWordsOf(name: string): string[] {
  const parts = name.split(SEAM)
  return parts.length > 1 ? [...wordsOf(name), ...parts.flatMap(wordsOf)] : wordsOf(name)
}
