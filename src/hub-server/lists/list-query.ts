import type { RepoKind } from '../../hub/kinds.ts'
import { HubRefusal, notOneOf } from '../http/hub-refusal.ts'
import type { ListQuery, RepoFilter, SortKey } from '../hub-store.ts'
import { EXPANDABLE, FULL_LIST_FIELDS, LIST_FIELDS } from '../repo-fields.ts'
import { decodeCursor } from './list-cursor.ts'
import { tagsOfApps } from './local-apps.ts'

/** Pages never exceed it, whatever `limit` says, and it is the size of a page when there is none. */
const MAX_PAGE = 1000

const SORTABLE_BY_ALL = ['trendingScore', 'likes', 'likes30d', 'createdAt', 'lastModified', 'mainSize', 'id'] as const

const SORTABLE: Readonly<Record<RepoKind, readonly SortKey[]>> = {
  model: [...SORTABLE_BY_ALL, 'downloads', 'num_parameters'],
  dataset: [...SORTABLE_BY_ALL, 'downloads', 'datasetsServerInfo.numRows'],
  space: SORTABLE_BY_ALL,
}

export interface ListRules {
  /** Whether `direction=1` is obeyed for `createdAt`. It never is for any other key: the rest only descends. */
  readonly ascendingCreatedAt: boolean
  /** Values of `expand` that details take and lists refuse. */
  readonly expandRefusedOnLists: readonly string[]
}

/** A page as asked: the store's query, and the fields to send in their order on the wire. */
export interface ParsedList {
  readonly query: ListQuery
  readonly fields: readonly string[]
  readonly isExpand: boolean
}

/** Reads the parameters of a listing. Unknown parameters are ignored; bad values of known ones are a 400. */
export function parseListQuery(
  kind: RepoKind,
  parameters: URLSearchParams,
  rules: ListRules,
  includePrivate: boolean,
): ParsedList {
  const sort = parseSort(kind, parameters.get('sort'))
  const isAscending = parameters.get('direction') === '1' && sort === 'createdAt' && rules.ascendingCreatedAt
  const cursor = parameters.get('cursor')
  const expandable = EXPANDABLE[kind].filter((name) => !rules.expandRefusedOnLists.includes(name))
  const expanded = parseExpand(parameters, expandable)
  const fields = expanded ?? plainFields(kind, parameters)
  return {
    query: {
      kind,
      filter: parseFilter(kind, parameters, includePrivate),
      sort,
      descending: !isAscending,
      after: cursor === null ? undefined : decodeCursor(sort, cursor),
      // The link to the next page repeats it, and there the cursor says where to begin.
      skip: kind === 'model' && cursor === null ? parseSkip(parameters.get('skip')) : 0,
      limit: parseLimit(parameters.get('limit')),
      fields: { names: new Set(fields), blobs: false },
    },
    fields,
    isExpand: expanded !== undefined,
  }
}

/** The fields of an `expand` request in the Hub's order, or undefined when nothing is to be expanded. */
export function parseExpand(parameters: URLSearchParams, allowed: readonly string[]): readonly string[] | undefined {
  const asked = new Set([...parameters.getAll('expand'), ...parameters.getAll('expand[]')])
  if (asked.size === 0) return undefined
  const known = allowed.filter((name) => asked.has(name))
  if (known.length !== asked.size) throw notOneOf('expand', allowed)
  return ['_id', 'id', ...known]
}

/** Python clients before 1.0 send `True`. */
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

function parseSort(kind: RepoKind, value: string | null): SortKey {
  if (value === null) return 'trendingScore'
  const sort = SORTABLE[kind].find((key) => key === value)
  if (sort === undefined) throw notOneOf('sort', SORTABLE[kind])
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

/** Parameters that another kind alone has are unknown ones. */
function parseFilter(kind: RepoKind, parameters: URLSearchParams, includePrivate: boolean): RepoFilter {
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
    includePrivate,
  }
}

/** Values with commas between them, or repeated, or both. */
function listOf(parameters: URLSearchParams, name: string): string[] {
  return parameters.getAll(name).flatMap((values) => values.split(','))
}

/** Reads `min:6B,max:128B`, either half alone too. */
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
