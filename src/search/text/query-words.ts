import { normalize } from './normalize.ts'
import { wordsOf } from './words.ts'

/** More words hardly narrow the result, but each costs a set operation per rank tier. Text beyond is ignored. */
const MAX_WORDS = 10
const MAX_TEXT_LENGTH = 1_000

export interface QueryWord {
  word: string
  /** True for the last word, which the user may still be typing. */
  isPrefix: boolean
}

/** The distinct words of a query. */
export function queryWordsOf(text: string): QueryWord[] {
  const words = wordsOf(text.slice(0, MAX_TEXT_LENGTH))
  const distinct = [...new Set(words)].slice(0, MAX_WORDS)
  const last = words.at(-1)
  return distinct.map((word) => ({ word, isPrefix: word === last }))
}

/** The id and name of the repo that the query names in full, if there is one; undefined if the text is not a name. */
export function namedInFull(text: string): { id: string | undefined; name: string } | undefined {
  const id = normalize(text.trim())
  if (id === '' || /[\s\0]/.test(id) || id.length > MAX_TEXT_LENGTH) return undefined
  const slash = id.lastIndexOf('/')
  return { id: slash === -1 ? undefined : id, name: id.slice(slash + 1) }
}
