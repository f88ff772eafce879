import type { SearchDocument } from './search-document.ts'

/** What search can be filtered by and counted over, as users write it. */
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
  'size_category',
  'modality',
  'format',
  'parameters',
  'year',
] as const

export type FilterField = (typeof FILTER_FIELDS)[number]

/**
 * Orders of hits. All descend, as on the Hub, with what lacks the value last and `hubId` ascending where values are equal.
 * `relevance` is best match first, then popularity (see `popularityOf`).
 */
export const SEARCH_SORTS = [
  'relevance',
  'trending',
  'downloads',
  'likes',
  'created',
  'modified',
  'parameters',
] as const

export type SearchSort = (typeof SEARCH_SORTS)[number]

/** The values of a document under each field: the one definition of what a filter matches and a facet counts. */
export const valuesOf: Readonly<Record<FilterField, (document: SearchDocument) => readonly string[]>> = {
  kind: (document) => [document.kind],
  task: (document) => document.task,
  library: (document) => document.library,
  license: (document) => document.license,
  language: (document) => document.language,
  author: (document) => present(document.author),
  tag: (document) => document.tags,
  gated: (document) => present(document.gated),
  sdk: (document) => present(document.sdk),
  size_category: (document) => present(document.sizeCategory),
  modality: (document) => document.modality,
  format: (document) => document.format,
  parameters: (document) => present(document.parameterClass),
  year: (document) => present(document.createdAt?.slice(0, 4) ?? null),
}

function present(value: string | null): string[] {
  return value === null ? [] : [value]
}
