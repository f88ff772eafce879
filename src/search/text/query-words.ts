import { joinedName, sortedNameParts } from './name-forms.ts'
import { normalize } from './normalize.ts'
import { wordsOf } from './words.ts'

/** More words hardly narrow the result, but each costs a set operation per rank tier. Text beyond is ignored. */
const MAX_WORDS = 10
const MAX_TEXT_LENGTH = 1_000

export interface QueryWord {
  word: string
  /** True for the last word, which the user may still be typing. */
  isPrefix: boolean
  /** The words before and after it, joined with it: `stable diffusion` also finds `stablediffusion`, and `3 5` finds 3.5. */
  joined: readonly string[]
}

/** The distinct words of a query. */
export function queryWordsOf(text: string): QueryWord[] {
  const words = wordsOf(text.slice(0, MAX_TEXT_LENGTH))
  const distinct = [...new Set(words)].slice(0, MAX_WORDS)
  const last = words.at(-1)
  const pairs = distinct.flatMap((word, index) => pairOf(word, distinct[index + 1]))
  return distinct.map((word) => ({
    word,
    isPrefix: word === last,
    joined: pairs.filter(({ members }) => members.includes(word)).map(({ joined }) => joined),
  }))
}

function pairOf(word: string, next: string | undefined) {
  if (next === undefined) return []
  const separator = /\p{N}$/u.test(word) && /^\p{N}/u.test(next) ? '.' : ''
  return [{ members: [word, next], joined: `${word}${separator}${next}` }]
}

/** A text as the name of a repo. */
export interface TypedName {
  /** `owner/name` in lower case, if the text is one. */
  id: string | undefined
  joined: string
  sortedParts: string
}

/** The text as a name; undefined if it is empty or too long for one. */
export function typedNameOf(text: string): TypedName | undefined {
  const given = normalize(text.trim())
  if (given.length > MAX_NAME_LENGTH) return undefined
  const isId = given.includes('/') && !/\s/.test(given)
  const name = isId ? given.slice(given.lastIndexOf('/') + 1) : given
  const joined = joinedName(name)
  return joined === '' ? undefined : { id: isId ? given : undefined, joined, sortedParts: sortedNameParts(name) }
}

/** Longer than any name on the Hub. */
const MAX_NAME_LENGTH = 300
