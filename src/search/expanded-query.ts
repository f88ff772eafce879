import type { TypedName } from './text/query-words.ts'

/** What a query looks for, given the words that the index has. */
export interface ExpandedQuery {
  words: readonly ExpandedWord[]
  /** The whole text as a name. A repo that it names matches, whatever its words match. */
  name: TypedName | undefined
  /** The ways in which names were compared with the whole text. */
  nameMatches: readonly NameMatch[]
}

export interface ExpandedWord {
  word: string
  /** Whether it says nothing, so that every document matches it. */
  isOptional: boolean
  matches: readonly WordMatch[]
}

/** One way to match a word of a query: a document has all of the terms. */
export interface WordMatch {
  kind: MatchKind
  /** 0 for the best match. */
  cost: number
  terms: readonly Term[]
}

/**
 * `word` and `prefix` are the word itself; `joined` is it and its neighbor in one word; `parts` are several words that make it
 * up; `value` is what it means; `typo` is one edit away.
 */
export type MatchKind = 'word' | 'prefix' | 'joined' | 'parts' | 'value' | 'typo'

/** A word that a document has in a place, or a value in a field; with `isPrefix`, any longer one that begins with it. */
export interface Term {
  field: string
  value: string
  isPrefix: boolean
}

/** The costs of repos whose name is the whole text, begins with it, or is one edit away from it. */
export const NAME_COSTS = { whole: -2, beginning: -1, similar: 1 } as const

export type NameMatch = keyof typeof NAME_COSTS

/**
 * Costs per word if no repo has all of them. `missing` is more than the sum of all others. Matches up to `maxInName` cost
 * nothing: sets of all documents are large, so that few tiers are distinguished.
 */
export const RELAXED_COSTS = { missing: 100, elsewhere: 1, maxInName: 1 } as const
