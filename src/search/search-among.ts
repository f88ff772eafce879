import type { CheckedQuery } from './checked-query.ts'
import type { SearchDocument } from './search-document.ts'
import type { SearchResult } from './search-engine.ts'
import { type FilterField, valuesOf } from './search-fields.ts'

/** Applies the filters, facets and page of a query to a few given documents; their order stays. */
export function searchAmong(documents: readonly SearchDocument[], query: CheckedQuery): Omit<SearchResult, 'tookMs'> {
  const fits = (document: SearchDocument, without?: FilterField) =>
    [...query.filters].every(
      ([field, wanted]) => field === without || valuesOf[field](document).some((value) => wanted.includes(value)),
    )
  const found = documents.filter((document) => fits(document))
  const facets: SearchResult['facets'] = {}
  for (const field of query.facets) {
    const counts = new Map<string, number>()
    for (const document of documents.filter((candidate) => fits(candidate, field))) {
      for (const value of new Set(valuesOf[field](document))) counts.set(value, (counts.get(value) ?? 0) + 1)
    }
    const sorted = [...counts].sort(([left, many], [right, more]) => more - many || (left < right ? -1 : 1))
    facets[field] = Object.fromEntries(sorted.slice(0, query.facetLimit))
  }
  const { offset, limit } = query
  return { total: found.length, isRelaxed: false, hits: found.slice(offset, offset + limit), facets }
}
