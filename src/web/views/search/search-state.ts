import { CATALOG_KINDS, type CatalogKind } from '../../../hub/kinds.ts'
import {
  FILTER_FIELDS,
  type FilterField,
  RANGE_FIELDS,
  type RangeField,
  SEARCH_SORTS,
  type SearchSort,
} from '../../../search/search-fields.ts'
import { readValueList, writeValue } from '../../../search/value-list.ts'
import { withQuery } from '../../navigation/paths.ts'
import { DEFAULT_COLUMNS, isHitColumn } from './hits/hit-columns.tsx'

/** Everything that the address of the search says. */
export interface SearchState {
  words: string
  /** Undefined for all kinds. */
  kind: CatalogKind | undefined
  filters: ReadonlyMap<FilterField, readonly string[]>
  /** As `from..to`, either of which may be empty. */
  ranges: ReadonlyMap<RangeField, string>
  /** Undefined for the default: relevance with words, trending without. */
  sort: SearchSort | undefined
  view: 'list' | 'table'
  /** Columns of the table. */
  columns: readonly string[]
}

/** Reads an address. What it does not understand it leaves out. */
export function readSearchState(query: URLSearchParams): SearchState {
  const filters = new Map<FilterField, readonly string[]>()
  const ranges = new Map<RangeField, string>()
  for (const text of query.getAll('filter')) {
    const name = text.split('=', 1)[0] ?? ''
    const value = text.slice(name.length + 1)
    const range = RANGE_FIELDS.find((field) => field === name)
    const field = FILTER_FIELDS.find((candidate) => candidate === name)
    if (range !== undefined && value.includes('..')) ranges.set(range, value)
    else if (field !== undefined) filters.set(field, [...new Set([...(filters.get(field) ?? []), ...valuesIn(value)])])
  }
  const columns = (query.get('columns') ?? '').split(',').filter(isHitColumn)
  return {
    words: query.get('q') ?? '',
    kind: CATALOG_KINDS.find((kind) => kind === query.get('kind')),
    filters,
    ranges,
    sort: SEARCH_SORTS.find((sort) => sort === query.get('sort')),
    view: query.get('view') === 'table' ? 'table' : 'list',
    columns: columns.length === 0 ? DEFAULT_COLUMNS : columns,
  }
}

function valuesIn(text: string): string[] {
  try {
    return readValueList(text)
  } catch {
    return []
  }
}

/** What is searched, as parameters of the API. They have the same names in the address of the page. */
export function searchedParameters({ words, kind, filters, ranges }: SearchState) {
  return { q: words.trim() === '' ? undefined : words, kind, filter: writtenFilters({ filters, ranges }) }
}

/** `field=a,b` and `field=from..to`, as in `hubdex search --filter`. */
export function writtenFilters({ filters, ranges }: Pick<SearchState, 'filters' | 'ranges'>): string[] {
  return [
    ...[...filters]
      .filter(([, values]) => values.length > 0)
      .map(([field, values]) => `${field}=${values.map(writeValue).join(',')}`),
    ...[...ranges].map(([field, range]) => `${field}=${range}`),
  ]
}

/** The path of the page for a state. */
export function searchPath(state: SearchState): string {
  return withQuery('/search', {
    ...searchedParameters(state),
    sort: state.sort,
    view: state.view === 'table' ? 'table' : undefined,
    columns: state.columns.join() === DEFAULT_COLUMNS.join() ? undefined : state.columns.join(),
  })
}

export function withFilter(state: SearchState, field: FilterField, values: readonly string[]): SearchState {
  const filters = new Map(state.filters)
  if (values.length === 0) filters.delete(field)
  else filters.set(field, values)
  return { ...state, filters }
}

export function toggleValue(state: SearchState, field: FilterField, value: string): SearchState {
  const values = state.filters.get(field) ?? []
  return withFilter(state, field, values.includes(value) ? values.filter((other) => other !== value) : [...values, value])
}

export function withRange(state: SearchState, field: RangeField, range: string | undefined): SearchState {
  const ranges = new Map(state.ranges)
  if (range === undefined || range === '..') ranges.delete(field)
  else ranges.set(field, range)
  return { ...state, ranges }
}

export function withoutFilters(state: SearchState): SearchState {
  return { ...state, filters: new Map(), ranges: new Map() }
}

export function hasFilters({ filters, ranges }: SearchState): boolean {
  return filters.size + ranges.size > 0
}
