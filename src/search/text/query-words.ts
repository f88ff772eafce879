import { folded } from './normalize.ts'
import { wordsOf } from './words.ts'

/** A word too many narrows nothing but costs a set operation on every level; text beyond is ignored. */
const MAX_WORDS = 10
const MAX_TEXT_LENGTH = 1_000

export interface QueryWord {
  word: string
  /** True for the last word: somebody may still be typing it. */
  isPrefix: boolean
}

/** The distinct words of a query. */
export function queryWordsOf(text: string): QueryWord[] {
  const words = wordsOf(text.slice(0, MAX_TEXT_LENGTH))
  const distinct = [...new Set(words)].slice(0, MAX_WORDS)
  const last = words.at(-1)
  return distinct.map((word) => ({ word, isPrefix: word === last }))
}

/** What a repo would have to be called for the query to name it in full; undefined when the text is no name. */
export function namedInFull(text: string): { id: string | undefined; name: string } | undefined {
  const id = folded(text.trim())
  if (id === '' || /[\s\0]/.test(id) || id.length > MAX_TEXT_LENGTH) return undefined
  const slash = id.lastIndexOf('/')
  return { id: slash === -1 ? undefined : id, name: id.slice(slash + 1) }
}
