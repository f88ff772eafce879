import type { RepoKind } from '../../hub/kinds.ts'
import { HubRefusal, notOneOf } from '../http/hub-refusal.ts'
import type { ListQuery, RepoFilter, SortKey } from '../hub-store.ts'
import { EXPANDABLE, FULL_LIST_FIELDS, LIST_FIELDS } from '../repo-fields.ts'
import { decodeCursor } from './list-cursor.ts'
import { tagsOfApps } from './local-apps.ts'

/** The default size of a page, and its maximum whatever `limit` says. */
const MAX_PAGE = 1000

const SORTABLE_BY_ALL = ['trendingScore', 'likes', 'likes30d', 'createdAt', 'lastModified', 'mainSize', 'id'] as const

const SORTABLE: Readonly<Record<RepoKind, readonly SortKey[]>> = {
  model: [...SORTABLE_BY_ALL, 'downloads', 'num_parameters'],
  dataset: [...SORTABLE_BY_ALL, 'downloads', 'datasetsServerInfo.numRows'],
  space: SORTABLE_BY_ALL,
}

export interface ListRules {
  /** Whether `direction=1` is respected for `createdAt`. All other keys can only descend. */
  readonly ascendingCreatedAt: boolean
  /** Values of `expand` that details accept and lists refuse. */
  readonly expandRefusedOnLists: readonly string[]
  /** Sort keys of the Hub for which the store has no values. */
  readonly unknownSorts: Readonly<Partial<Record<RepoKind, readonly SortKey[]>>>
}

/** A requested page: the query for the store, and the fields to send in their order. */
export interface ParsedList {
  readonly query: ListQuery
  readonly fields: readonly string[]
  readonly isExpand: boolean
}

/** Parses the parameters of a listing. Unknown parameters are ignored; invalid values of known ones are a 400. */
export function parseListQuery(
  kind: RepoKind,
  parameters: URLSearchParams,
  rules: ListRules,
  privateOwners: readonly string[],
): ParsedList {
  const sort = parseSort(kind, parameters.get('sort'), rules)
  const isAscending = parameters.get('direction') === '1' && sort === 'createdAt' && rules.ascendingCreatedAt
  const cursor = parameters.get('cursor')
  const expandable = EXPANDABLE[kind].filter((name) => !rules.expandRefusedOnLists.includes(name))
  const expanded = parseExpand(parameters, expandable)
  const fields = expanded ?? plainFields(kind, parameters)
  return {
    query: {
      kind,
      filter: parseFilter(kind, parameters, privateOwners),
      sort,
      descending: !isAscending,
      after: cursor === null ? undefined : decodeCursor(sort, cursor),
      // The link to the next page repeats `skip`, but there the cursor says where to begin.
      skip: kind === 'model' && cursor === null ? parseSkip(parameters.get('skip')) : 0,
      limit: parseLimit(parameters.get('limit')),
      fields: { names: new Set(fields), blobs: false },
    },
    fields,
    isExpand: expanded !== undefined,
  }
}

/** The fields of an `expand` request in the Hub's order; undefined without `expand`. */
export function parseExpand(parameters: URLSearchParams, allowed: readonly string[]): readonly string[] | undefined {
  const asked = new Set([...parameters.getAll('expand'), ...parameters.getAll('expand[]')])
  if (asked.size === 0) return undefined
  const known = allowed.filter((name) => asked.has(name))
  if (known.length !== asked.size) throw notOneOf('expand', allowed)
  return ['_id', 'id', ...known]
}

/** Python clients before version 1.0 send `True`. */
export function isTrue(value: string | null): boolean {
  return value === 'true' || value === 'True' || value === '1'
}

function plainFields(kind: RepoKind, parameters: URLSearchParams): readonly string[] {
  const fields = new Set(isTrue(parameters.get('full')) ? FULL_LIST_FIELDS[kind] : LIST_FIELDS[kind])
  if (kind === 'model' && isTrue(parameters.get('cardData'))) fields.add('cardData')
  if (kind === 'model' && isTrue(parameters.get('config'))) fields.add('config')
  if (kind === 'space' && isTrue(parameters.get('linked'))) fields.add('models').add('datasets')
  return [...fields]
}

function parseSort(kind: RepoKind, value: string | null, { unknownSorts: { [kind]: unknown = [] } }: ListRules): SortKey {
  if (value === null) return 'trendingScore'
  const allowed = SORTABLE[kind].filter((key) => !unknown.includes(key))
  const sort = allowed.find((key) => key === value)
  if (sort === undefined) throw notOneOf('sort', allowed)
  return sort
}

function parseLimit(value: string | null): number {
  if (value === null) return MAX_PAGE
  const limit = Number(value)
  if (!Number.isInteger(limit) || limit < 1) throw new HubRefusal(400, '"limit" must be a positive number')
  return Math.min(limit, MAX_PAGE)
}

function parseSkip(value: string | null): number {
  const skip = Number(value)
  if (!Number.isInteger(skip) || skip < 0) throw new HubRefusal(400, '"skip" must be a number of at least 0')
  return skip
}

/** Parameters of other kinds are ignored like unknown ones. */
function parseFilter(kind: RepoKind, parameters: URLSearchParams, privateOwners: readonly string[]): RepoFilter {
  const none = new URLSearchParams()
  const ofModels = kind === 'model' ? parameters : none
  const ofSpaces = kind === 'space' ? parameters : none
  const gated = kind === 'space' ? null : parameters.get('gated')
  const apps = listOf(ofModels, 'apps')
  const parameterRange = ofModels.get('num_parameters')
  return {
    search: parameters.getAll('search').filter((text) => text !== ''),
    authors: parameters.getAll('author'),
    tags: parameters.getAll('filter'),
    libraries: ofModels.getAll('library'),
    pipelineTags: ofModels.getAll('pipeline_tag'),
    gated: gated === null ? undefined : isTrue(gated),
    parameters: parameterRange === null ? undefined : parseParameterRange(parameterRange),
    inference: ofModels.get('inference') ?? undefined,
    inferenceProviders: listOf(ofModels, 'inference_provider'),
    anyTags: apps.length === 0 ? undefined : tagsOfApps(apps),
    models: ofSpaces.getAll('models'),
    datasets: ofSpaces.getAll('datasets'),
    privateOwners,
  }
}

/** Values that are repeated, separated by commas, or both. */
function listOf(parameters: URLSearchParams, name: string): string[] {
  return parameters.getAll(name).flatMap((values) => values.split(','))
}

/** Parses `min:6B,max:128B` or one half of it. */
function parseParameterRange(text: string): { min?: number; max?: number } {
  const range: { min?: number; max?: number } = {}
  for (const part of text.split(',')) {
    const match = /^(min|max):(\d+(?:\.\d+)?)([KMBTkmbt]?)$/.exec(part)
    if (match === null) throw new HubRefusal(400, '"num_parameters" must look like min:6B,max:128B')
    const [, bound, digits, unit] = match
    range[bound === 'min' ? 'min' : 'max'] = Number(digits) * 1000 ** ' KMBT'.indexOf(unit?.toUpperCase() || ' ')
  }
  return range
}
