import type { SearchDocument } from './search-document.ts'

/** The fields for filters and facets, as users write them. */
export const FILTER_FIELDS = [
  'kind',
  'task',
  'library',
  'license',
  'language',
  'author',
  'tag',
  'gated',
  'sdk',
  'theme',
  'size_category',
  'modality',
  'format',
  'parameters',
  'year',
] as const

export type FilterField = (typeof FILTER_FIELDS)[number]

/** The fields with ranges and histograms. `created` and `modified` are dates. */
export const RANGE_FIELDS = ['parameters', 'downloads', 'likes', 'created', 'modified'] as const

export type RangeField = (typeof RANGE_FIELDS)[number]

/**
 * Orders of hits. All descend, as on the Hub; missing values come last and ties go by ascending `hubId`. `relevance` is the
 * best match first, then popularity (see `popularityOf`).
 */
export const SEARCH_SORTS = ['relevance', 'trending', 'downloads', 'likes', 'created', 'modified', 'parameters'] as const

export type SearchSort = (typeof SEARCH_SORTS)[number]

/** The values of a document for each field: the single definition of what filters match and facets count. */
export const valuesOf: Readonly<Record<FilterField, (document: SearchDocument) => readonly string[]>> = {
  kind: (document) => [document.kind],
  task: (document) => document.task,
  library: (document) => document.library,
  license: (document) => document.license,
  language: (document) => document.language,
  author: (document) => oneOrNone(document.author),
  tag: (document) => document.tags,
  gated: (document) => oneOrNone(document.gated),
  sdk: (document) => oneOrNone(document.sdk),
  theme: (document) => oneOrNone(document.theme),
  size_category: (document) => document.sizeCategory,
  modality: (document) => document.modality,
  format: (document) => document.format,
  parameters: (document) => oneOrNone(document.parameterClass),
  year: (document) => oneOrNone(document.createdAt?.slice(0, 4) ?? null),
}

function oneOrNone(value: string | null): string[] {
  return value === null ? [] : [value]
}
