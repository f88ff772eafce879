import type { SearchDocument } from '../search-document.ts'
import { FILTER_FIELDS, valuesOf } from '../search-names.ts'
import { storable } from './storable.ts'
import { nameWordsOf, wordsOf } from './words.ts'

/** Where words stand, best first: a word in the name says more of a repo than one in its description. */
export const WORD_PLACES = ['word name', 'word author', 'word tags', 'word description'] as const

export type WordPlace = (typeof WORD_PLACES)[number]

/** The field of the term that every document has. */
export const LIVE = 'live'

/** Values by field, with repeats. */
export type Terms = readonly (readonly [field: string, values: readonly string[]])[]

/** The terms by which a document is filtered and counted. */
export function facetTermsOf(document: SearchDocument): Terms {
  const values = FILTER_FIELDS.map((field) => [field, valuesOf[field](document).map(facetValue)] as const)
  return [[LIVE, ['']], ...values]
}

/** The words by which a document is found, by place. */
export function wordTermsOf(document: SearchDocument): Terms {
  const { author, id } = document
  const name = id.slice(id.lastIndexOf('/') + 1)
  const labels = [...document.tags, ...document.task, ...document.library, ...document.license, ...document.language]
  const words: Record<WordPlace, string[]> = {
    'word name': nameWordsOf(name),
    'word author': nameWordsOf(author ?? id.slice(0, -name.length)),
    'word tags': [...wordsOf(labels.join(' ')), ...document.formerNames.flatMap(nameWordsOf)],
    'word description': wordsOf((document.description ?? '').slice(0, MAX_DESCRIPTION_LENGTH)),
  }
  return Object.entries(words)
}

const MAX_DESCRIPTION_LENGTH = 2_000
/** Well below what an entry of an index may hold. */
const MAX_VALUE_LENGTH = 300

/** A value as it is stored and asked for. */
export function facetValue(value: string): string {
  return storable(value.slice(0, MAX_VALUE_LENGTH))
}
