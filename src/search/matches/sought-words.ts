import type { FilterField } from '../search-fields.ts'
import { isWithinOneEdit } from '../text/one-edit.ts'
import { type QueryWord, queryWordsOf } from '../text/query-words.ts'
import { wordsOf } from '../text/words.ts'
import { type Alternative, alternativesOf } from '../vocabulary/alternatives.ts'
import { isEmptyWord } from '../vocabulary/empty-words.ts'

/** How the words of a query are recognized in a text. */
export interface SoughtWords {
  /** The words of the query that are shown as matches: all but those that say nothing, unless all do. */
  words: readonly QueryWord[]
  /** What phrases of the query mean. */
  alternatives: readonly Alternative[]
}

/** Shorter words match without typos, as in a search. */
const MIN_LETTERS_FOR_TYPO = 5
const NUMBER = /^[0-9.]+$/

export function soughtWordsOf(text: string): SoughtWords {
  const all = queryWordsOf(text)
  const meaningful = all.filter(({ word }) => !isEmptyWord(word))
  return { words: meaningful.length > 0 ? meaningful : all, alternatives: alternativesOf(wordsOf(text)) }
}

/** The words of the query that some neighboring parts of a name make up: `stablediffusion` for `stable` and `diffusion`. */
export function queryWordsJoining({ words }: SoughtWords, parts: readonly string[]): string[] {
  const joined = parts.join('')
  return words.filter(({ word }) => word === joined).map(({ word }) => word)
}

/** The words of the query that a word of a text is, begins with, or is joined from. */
export function queryWordsFor({ words }: SoughtWords, found: string): string[] {
  return words
    .filter(({ word, isPrefix, joined }) => found === word || joined.includes(found) || (isPrefix && found.startsWith(word)))
    .map(({ word }) => word)
}

/** The words of the query that are one edit from a word of a text. */
export function queryWordsNear({ words }: SoughtWords, found: string): string[] {
  if (NUMBER.test(found)) return []
  return words
    .filter(({ word }) => [...word].length >= MIN_LETTERS_FOR_TYPO && isWithinOneEdit(word, found))
    .map(({ word }) => word)
}

/** The words of the query that mean a value of a field. */
export function queryWordsMeaning({ words, alternatives }: SoughtWords, field: FilterField, value: string): string[] {
  const meant = alternatives.filter(
    (alternative) =>
      alternative.field === field &&
      alternative.values.some((known) => (alternative.isPrefix ? value.startsWith(known) : value === known)),
  )
  const inPhrases = new Set(meant.flatMap((alternative) => alternative.words))
  return words.filter(({ word }) => inPhrases.has(word)).map(({ word }) => word)
}
