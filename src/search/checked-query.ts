import { CATALOG_KINDS, catalogKindOf } from '../hub/kinds.ts'
import { closestMatch } from '../util/closest-match.ts'
import { InvalidSearch } from './invalid-search.ts'
import type { Range } from './ranges.ts'
import type { SearchDocument } from './search-document.ts'
import type { QueryMeaning, SearchQuery } from './search-engine.ts'
import {
  FILTER_FIELDS,
  type FilterField,
  RANGE_FIELDS,
  type RangeField,
  SEARCH_SORTS,
  type SearchSort,
} from './search-fields.ts'
import { PARAMETER_CLASSES } from './text/parameter-class.ts'
import { queryWordsOf } from './text/query-words.ts'

/** A valid query with defaults filled in, without duplicates and empty filters. */
export interface CheckedQuery {
  words: string
  filters: ReadonlyMap<FilterField, readonly string[]>
  ranges: Readonly<Partial<Record<RangeField, Range>>>
  /** Undefined for the default, which depends on whether the text contains words. */
  sort: SearchSort | undefined
  facets: readonly FilterField[]
  facetLimit: number
  histograms: readonly RangeField[]
  limit: number
  offset: number
  explain: boolean
  /** Undefined unless hits are ranked by relevance. */
  meaning: QueryMeaning | undefined
}

/** Fields with few values. Any other value is a mistake, which must not look like a search without results. */
const closedLists: Partial<Record<FilterField, readonly string[]>> = {
  kind: CATALOG_KINDS,
  gated: ['false', 'auto', 'manual'] satisfies SearchDocument['gated'][],
  parameters: PARAMETER_CLASSES,
}

/** For hits per page and for values per facet. */
export const MAX_LIMIT = 1_000
export const MAX_OFFSET = 1_000_000
export const DEFAULT_LIMIT = 20
export const DEFAULT_FACET_LIMIT = 10

/** Validates a query. Names are checked in spite of their types, because users write them. @throws InvalidSearch */
export function checkedQuery(query: SearchQuery): CheckedQuery {
  const words = query.words ?? ''
  const filters = new Map<FilterField, readonly string[]>()
  for (const [name, values] of Object.entries(query.filters ?? {})) {
    const field = known('filter', name, FILTER_FIELDS, RANGE_FIELDS)
    const allowed = closedLists[field]
    const meant = allowed === undefined ? values : values.map((value) => known(field, singular(value), allowed))
    if (values.length > 0) filters.set(field, [...new Set([...(filters.get(field) ?? []), ...meant])])
  }
  return {
    words,
    filters,
    ranges: query.ranges ?? {},
    sort: query.sort === undefined ? undefined : known('sort', query.sort, SEARCH_SORTS),
    facets: [...new Set((query.facets ?? []).map((name) => known('facet', name, FILTER_FIELDS)))],
    facetLimit: within('facetLimit', query.facetLimit ?? DEFAULT_FACET_LIMIT, 1, MAX_LIMIT),
    histograms: [...new Set((query.histograms ?? []).map((name) => known('histogram', name, RANGE_FIELDS)))],
    limit: within('limit', query.limit ?? DEFAULT_LIMIT, 0, MAX_LIMIT),
    offset: within('offset', query.offset ?? 0, 0, MAX_OFFSET),
    explain: query.explain ?? false,
    meaning: (query.sort ?? 'relevance') === 'relevance' && queryWordsOf(words).length > 0 ? query.meaning : undefined,
  }
}

/** The allowed name that equals the given one, whatever its letter case. @param others names that may be meant as well */
function known<Name extends string>(
  what: string,
  name: string,
  allowed: readonly Name[],
  others: readonly string[] = [],
): Name {
  const word = name.toLowerCase()
  const found = allowed.find((candidate) => candidate.toLowerCase() === word)
  if (found !== undefined) return found
  const names = [...allowed, ...others]
  const meant = closestMatch(name, names)
  const suggestion = meant === undefined ? '' : ` Did you mean ${meant}?`
  throw new InvalidSearch(`Unknown ${what} "${name.slice(0, 100)}".${suggestion} Use one of: ${names.join(', ')}.`)
}

function singular(value: string): string {
  return catalogKindOf(value) ?? value
}

function within(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new InvalidSearch(`Expected ${name} to be a whole number from ${least} to ${most}, got ${value}.`)
}
