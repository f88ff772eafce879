import { type CheckedQuery, MAX_LIMIT } from './checked-query.ts'
import { resolveFilters } from './resolve-filters.ts'
import type { SearchEngine, SearchQuery } from './search-engine.ts'
import type { FilterField } from './search-fields.ts'
import { normalize } from './text/normalize.ts'

export interface FacetValues {
  field: FilterField
  /** Most frequent first. */
  values: { value: string; count: number }[]
  hasMore: boolean
  tookMs: number
}

/** Values beyond the most frequent ones whose repos are counted, one search each. */
const MAX_COUNTED = 50

/**
 * The values of the facet of a query that contain a text, in any letter case. An engine counts the 1,000 most frequent values.
 * Of rarer ones, those are found that match the text as words of a search do.
 * @param query with one facet
 */
export async function facetValues(
  { search }: { search: Pick<SearchEngine, 'search'> },
  query: CheckedQuery,
  { contains, limit }: { contains: string; limit: number },
): Promise<FacetValues> {
  const startedAt = performance.now()
  const [field = 'kind'] = query.facets
  const { filters } = await resolveFilters(search, query.filters)
  const { words, ranges } = query
  const base: SearchQuery = { words, filters, ranges, limit: 0 }
  const wanted = normalize(contains)
  const countsOf = async (more: SearchQuery) =>
    Object.entries((await search.search({ ...base, ...more, facets: [field], facetLimit: MAX_LIMIT })).facets[field] ?? {})
  const frequent = await countsOf({})
  const counts = new Map(frequent.filter(([value]) => normalize(value).includes(wanted)))
  if (frequent.length === MAX_LIMIT && wanted !== '') {
    const rarer = (await countsOf({ words: `${words} ${contains}`.trim() })).filter(
      ([value]) => !counts.has(value) && normalize(value).includes(wanted),
    )
    for (const [value] of rarer.slice(0, MAX_COUNTED)) {
      const { total } = await search.search({ ...base, filters: { ...filters, [field]: [value] } })
      if (total > 0) counts.set(value, total)
    }
  }
  const sorted = [...counts].sort(([left, many], [right, more]) => more - many || (left < right ? -1 : 1))
  return {
    field,
    values: sorted.slice(0, limit).map(([value, count]) => ({ value, count })),
    hasMore: sorted.length > limit || (wanted === '' && sorted.length === MAX_LIMIT),
    tookMs: Math.round((performance.now() - startedAt) * 10) / 10,
  }
}
