import type { IndexedDocument } from '../../search-document.ts'
import { FILTER_FIELDS, valuesOf } from '../../search-fields.ts'
import { documentWordsOf, facetValue, README_PLACE } from '../../text/document-words.ts'

/** The field of the term that every document has. */
export const LIVE = 'live'

/** Values by field, with repeats. */
export type Terms = readonly (readonly [field: string, values: readonly string[]])[]

/** What a document is found by. */
export interface DocumentTerms {
  /** For filters and facets. */
  facets: Terms
  /** The searchable words by place, without those of the README. */
  words: Terms
  /** The words of the README that no other place has: see `writeReadmes`. */
  readme: readonly string[]
}

export function termsOf(document: IndexedDocument): DocumentTerms {
  const { [README_PLACE]: readme, ...words } = documentWordsOf(document)
  const values = FILTER_FIELDS.map((field) => [field, valuesOf[field](document).map(facetValue)] as const)
  return { facets: [[LIVE, ['']], ...values], words: Object.entries(words), readme }
}
