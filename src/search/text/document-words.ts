import { sanitizeText } from '../../catalog/repos/sanitize-text.ts'
import type { IndexedDocument, SearchDocument } from '../search-document.ts'
import { nameWordsOf } from './name-words.ts'
import { sizeWordsOf } from './sizes.ts'
import { wordsOf } from './words.ts'

/** Where words occur, best first: a word in the name says more about a repo than one in its description. */
export const WORD_PLACES = ['word name', 'word author', 'word tags', 'word description'] as const

export type WordPlace = (typeof WORD_PLACES)[number]

/** Where words occur that say least. Not one of WORD_PLACES, because neither typos nor meanings are searched there. */
export const README_PLACE = 'readme'

export const MAX_DESCRIPTION_LENGTH = 2_000
/** Well below the limit for an index entry in any engine. */
const MAX_VALUE_LENGTH = 300

/** The searchable words of a document by place, with repeats. Those of the README are only the ones that no other place has. */
export function documentWordsOf(document: IndexedDocument): Record<WordPlace | typeof README_PLACE, string[]> {
  const { author, id, kind, hubId, readmeWords = [] } = document
  const labels = [...document.tags, ...document.task, ...document.library, ...document.license, ...document.language]
  const words = {
    'word name': nameWordsOf(document.title ?? nameOf(id)),
    'word author': nameWordsOf(author ?? id.slice(0, Math.max(0, id.lastIndexOf('/')))),
    'word tags': [
      ...wordsOf(labels.join(' ')),
      ...document.formerNames.flatMap(nameWordsOf),
      ...sizeWordsOf(document.parameters),
      // The slug of a collection ends with it.
      ...(kind === 'collection' ? [hubId] : []),
    ],
    'word description': wordsOf((document.description ?? '').slice(0, MAX_DESCRIPTION_LENGTH)),
  }
  if (readmeWords.length === 0) return { ...words, [README_PLACE]: [] }
  // A word counts in its best place only, so that it need not be stored for the README, too.
  const better = new Set(Object.values(words).flat())
  return { ...words, [README_PLACE]: readmeWords.filter((word) => !better.has(word)) }
}

/** The part of an id after the owner. */
export function nameOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1)
}

/**
 * The name that the whole text of a query may equal. Empty for a collection: hundreds share a title such as `Whisper`, and would
 * all come before the model that the user means.
 */
export function wholeNameOf({ kind, id }: Pick<SearchDocument, 'kind' | 'id'>): string {
  return kind === 'collection' ? '' : nameOf(id)
}

/** A value as it is stored and queried. */
export function facetValue(value: string): string {
  return sanitizeText(value, MAX_VALUE_LENGTH)
}
