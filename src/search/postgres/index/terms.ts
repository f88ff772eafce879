import type { SearchDocument } from '../../search-document.ts'
import { FILTER_FIELDS, valuesOf } from '../../search-fields.ts'
import { documentWordsOf, facetValue, README_PLACE } from '../../text/document-words.ts'

/** The field of the term that every document has. */
export const LIVE = 'live'

/** Values by field, with repeats. */
export type Terms = readonly (readonly [field: string, values: readonly string[]])[]

/** The terms for filters and facets. */
export function facetTermsOf(document: SearchDocument): Terms {
  const values = FILTER_FIELDS.map((field) => [field, valuesOf[field](document).map(facetValue)] as const)
  return [[LIVE, ['']], ...values]
}

/** The searchable words by place, without those of the README: see `writeReadmes`. */
export function wordTermsOf(document: SearchDocument): Terms {
  return Object.entries(documentWordsOf(document)).filter(([place]) => place !== README_PLACE)
}
