import { FILTER_FIELDS, type FilterField, RANGE_FIELDS, type RangeField } from '../../../search/search-fields.ts'
import { withQuery } from '../../navigation/paths.ts'
import { sizeText } from '../../text/numbers.ts'
import { shortened } from '../../text/user-text.tsx'
import { type SearchState, searchedParameters } from './search-state.ts'

/** Hits of the first page, and of each further one. */
export const PAGE_SIZE = 30
/** Values of each facet before its search is opened. */
const FACET_VALUES = 8
/** The most rows that one answer has. */
export const MAX_EXPORTED = 1_000

/** Facets in the order of the panel. `kind` has its tabs, and ranges do better than classes of sizes and years. */
export const PANEL_FACETS = FILTER_FIELDS.filter((field) => !['kind', 'parameters', 'year'].includes(field))

export const FIELD_NAMES: Readonly<Record<FilterField | RangeField, string>> = {
  kind: 'Kind',
  task: 'Task',
  library: 'Library',
  license: 'License',
  language: 'Language',
  author: 'Owner',
  tag: 'Tag',
  gated: 'Gated',
  sdk: 'SDK',
  theme: 'Theme',
  size_category: 'Rows',
  modality: 'Modality',
  format: 'Format',
  parameters: 'Parameters',
  year: 'Year',
  downloads: 'Downloads',
  likes: 'Likes',
  created: 'Created',
  modified: 'Changed',
}

const GATES: Readonly<Record<string, string>> = { false: 'no', auto: 'automatic approval', manual: 'manual approval' }

/** A value of a filter, for people. */
export function valueName(field: FilterField, value: string): string {
  if (value === '') return '(empty)'
  if (field === 'gated') return GATES[value] ?? value
  return field === 'size_category' ? sizeText(value) : shortened(value, 200)
}

/** Only the hits, which arrive before the counts. */
export function hitsRequest(state: SearchState, cursor?: string): string {
  return withQuery('/api/v1/search', { ...searchedParameters(state), sort: state.sort, limit: PAGE_SIZE, cursor })
}

/** The counts of facets and ranges. */
export function countsRequest(state: SearchState): string {
  return withQuery('/api/v1/search', {
    ...searchedParameters(state),
    facet: ['kind', ...PANEL_FACETS].join(),
    facetLimit: FACET_VALUES,
    histogram: RANGE_FIELDS.join(),
    limit: 0,
  })
}

export function facetValuesRequest(state: SearchState, field: FilterField, contains: string): string {
  return withQuery(`/api/v1/facets/${field}`, { ...searchedParameters(state), contains, limit: 100 })
}

/** The search as a file. */
export function exportPath(state: SearchState, format: 'csv' | 'json' | 'parquet'): string {
  return withQuery('/api/v1/search', { ...searchedParameters(state), sort: state.sort, limit: MAX_EXPORTED, format })
}

export function feedPath(state: SearchState, format: 'atom' | 'json'): string {
  return withQuery(`/feeds/search.${format}`, searchedParameters(state))
}
