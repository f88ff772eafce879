import type { CheckedQuery } from './checked-query.ts'
import { bucketRanges, isInRange, numberOf, type Range } from './ranges.ts'
import type { SearchDocument } from './search-document.ts'
import type { SearchResult } from './search-engine.ts'
import { type FilterField, type RangeField, valuesOf } from './search-fields.ts'

/** Applies the filters, ranges, facets, histograms and page of a query to a few given documents; their order stays. */
export function searchAmong(documents: readonly SearchDocument[], query: CheckedQuery): Omit<SearchResult, 'tookMs'> {
  const ranges = Object.entries(query.ranges) as [RangeField, Range][]
  const fits = (document: SearchDocument, without: { filter?: FilterField; range?: RangeField } = {}) =>
    [...query.filters].every(
      ([field, wanted]) => field === without.filter || valuesOf[field](document).some((value) => wanted.includes(value)),
    ) && ranges.every(([field, range]) => field === without.range || isInRange(range, numberOf[field](document)))
  const found = documents.filter((document) => fits(document))
  const facets: SearchResult['facets'] = {}
  for (const field of query.facets) {
    const counts = new Map<string, number>()
    for (const document of documents.filter((candidate) => fits(candidate, { filter: field }))) {
      for (const value of new Set(valuesOf[field](document))) counts.set(value, (counts.get(value) ?? 0) + 1)
    }
    const sorted = [...counts].sort(([left, many], [right, more]) => more - many || (left < right ? -1 : 1))
    facets[field] = Object.fromEntries(sorted.slice(0, query.facetLimit))
  }
  const histograms: NonNullable<SearchResult['histograms']> = {}
  for (const field of query.histograms) {
    const counted = documents.filter((candidate) => fits(candidate, { range: field })).map(numberOf[field])
    const countOf = (range: Range) => counted.filter((value) => isInRange(range, value)).length
    histograms[field] = bucketRanges(field).map((range) => ({ ...range, count: countOf(range) }))
  }
  const { offset, limit } = query
  return {
    total: found.length,
    isRelaxed: false,
    hits: found.slice(offset, offset + limit),
    facets,
    ...(query.histograms.length > 0 && { histograms }),
  }
}
