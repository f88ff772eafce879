import { normalize } from './normalize.ts'
import { type PlacedWord, placedWordsOf, wordsOf } from './words.ts'

/** The words of a name, followed by the parts into which camel case and digits split it, and by its version numbers. */
export function nameWordsOf(name: string): string[] {
  const parts = name.split(PART_BOUNDARY)
  const words = parts.length > 1 ? [...wordsOf(name), ...parts.flatMap(wordsOf)] : wordsOf(name)
  return [...words, ...versionsOf(name)]
}

/** The parts of a name with their places, in order: its words, split further at camel case and digits. */
export function placedNamePartsOf(name: string): PlacedWord[] {
  let at = 0
  return name.split(PART_BOUNDARY).flatMap((part) => {
    const start = at
    at += part.length
    return placedWordsOf(part).map((placed) => ({ ...placed, start: start + placed.start, end: start + placed.end }))
  })
}

/** Where a new part of a name begins without a separator: `distil|Bert`, `HTML|Parser`, `llama|3`. */
const PART_BOUNDARY = /(?<=\p{Ll}|\d)(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{L}{2})(?=\d)/u

/** The version numbers of a name, which people write with a dot: `v1-5`, `v1.5` and `1_5` all are 1.5. */
function versionsOf(name: string): string[] {
  const text = normalize(name)
  return MAYBE_VERSION.test(text) ? Array.from(text.matchAll(VERSION), ([, major, minor]) => `${major}.${minor}`) : []
}

/** In few names, and fast to look for. */
const MAYBE_VERSION = /\d[._-]\d/

const VERSION = /(?<![\d.])(\d{1,2})[._-](\d{1,2})(?![\p{L}\p{N}.])/gu
