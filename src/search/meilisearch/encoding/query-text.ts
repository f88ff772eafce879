import { queryWordsOf } from '../../text/query-words.ts'
import { wordsOf } from '../../text/words.ts'
import { type Alternative, alternativesOf } from '../../vocabulary/alternatives.ts'
import { ANY_REPO } from '../../vocabulary/meaning.ts'
import { encodeWord } from './word.ts'

/**
 * The encoded words of a query, with the prefix last. Words that may be missing are left out, since Meilisearch would require
 * them, and a size in several words becomes the one word that documents have: `7b` for `7 billion`.
 */
export function encodedText(text: string): string {
  const alternatives = alternativesOf(wordsOf(text))
  const optional = new Set(alternatives.filter(({ field }) => field === ANY_REPO).flatMap(({ words }) => words))
  const sizes = alternatives.filter(isLongSize)
  const sizeWords = new Set(sizes.flatMap(({ words }) => words))
  const words = queryWordsOf(text).filter(({ word }) => !optional.has(word) && !sizeWords.has(word))
  const ordered = [...words.filter(({ isPrefix }) => !isPrefix), ...words.filter(({ isPrefix }) => isPrefix)]
  return [...sizes.flatMap(({ values }) => values), ...ordered.map(({ word }) => word)].map(encodeWord).join(' ')
}

function isLongSize({ field, words }: Alternative): boolean {
  return field === 'word tags' && words.length > 1
}
