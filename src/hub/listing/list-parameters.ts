import type { RepoKind } from '../kinds.ts'
import { LISTING_EXPAND } from './expand.ts'

/** Spaces have no `downloads`. `num_parameters` is for models, `datasetsServerInfo.numRows` for datasets. */
type SortKey =
  | 'createdAt'
  | 'datasetsServerInfo.numRows'
  | 'downloads'
  | 'id'
  | 'lastModified'
  | 'likes'
  | 'likes30d'
  | 'mainSize'
  | 'num_parameters'
  | 'trendingScore'

/**
 * Parameters of a listing. The Hub ignores parameters that a kind does not have, and answers 400 to invalid values of those
 * that it has.
 */
export interface ListParameters {
  /** Part of the id or of the owner's name. The Hub does not document whether several values must all match. */
  search?: string | readonly string[] | undefined
  /** A user or an organization. */
  author?: string | undefined
  /** Tags that must all be present, such as `['license:mit', 'gguf']`. */
  filter?: readonly string[] | undefined
  /** The Hub's default is `trendingScore`; only `createdAt` never changes. */
  sort?: SortKey | (string & {}) | undefined
  /** 1 is ascending, which the Hub supports for `createdAt` only; -1 is the Hub's default. */
  direction?: 1 | -1 | undefined
  /** Repos per page; the Hub caps it at 1000. */
  limit?: number | undefined
  /**
   * Properties to send in addition to `_id` and `id`. An empty list requests the Hub's default shape.
   *
   * @default all of `LISTING_EXPAND`, unless `full`, `cardData`, `config` or `linked` choose another shape
   */
  expand?: readonly string[] | undefined
  full?: boolean | undefined
  /** Models only. */
  cardData?: boolean | undefined
  /** Models only. */
  config?: boolean | undefined
  /** Spaces only: adds `models` and `datasets`. */
  linked?: boolean | undefined
  /** Models and datasets. */
  gated?: boolean | undefined
  /** Models only, like the next five. */
  pipelineTag?: string | undefined
  library?: string | undefined
  inference?: string | undefined
  inferenceProvider?: readonly string[] | undefined
  apps?: readonly string[] | undefined
  /** A range such as `min:6B,max:128B`. */
  numParameters?: string | undefined
  /** Spaces that use all of these models. */
  models?: readonly string[] | undefined
  /** Spaces that use all of these datasets. */
  datasets?: readonly string[] | undefined
}

const WIRE_NAMES = {
  search: 'search',
  author: 'author',
  filter: 'filter',
  gated: 'gated',
  pipelineTag: 'pipeline_tag',
  library: 'library',
  inference: 'inference',
  inferenceProvider: 'inference_provider',
  apps: 'apps',
  numParameters: 'num_parameters',
  models: 'models',
  datasets: 'datasets',
  linked: 'linked',
  full: 'full',
  cardData: 'cardData',
  config: 'config',
  sort: 'sort',
  direction: 'direction',
  limit: 'limit',
  expand: 'expand',
} as const satisfies Record<keyof ListParameters, string>

/** The properties to expand: those of the caller, or the default. */
export function expandOf(kind: RepoKind, parameters: ListParameters): readonly string[] {
  const { full, cardData, config, linked } = parameters
  const hasOtherShape = full === true || cardData === true || config === true || linked === true
  if (hasOtherShape && (parameters.expand?.length ?? 0) > 0) {
    throw new TypeError('Expected either `expand` or one of `full`, `cardData`, `config`, `linked`; leave out one side.')
  }
  return parameters.expand ?? (hasOtherShape ? [] : LISTING_EXPAND[kind])
}

/** The query of a listing's first page. */
export function listQuery(parameters: ListParameters): URLSearchParams {
  const { limit } = parameters
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1)) {
    throw new TypeError(`Expected \`limit\` to be a whole number of repos per page, at least 1, got ${limit}.`)
  }
  const query = new URLSearchParams()
  for (const [name, wireName] of Object.entries(WIRE_NAMES)) {
    const value = parameters[name as keyof ListParameters]
    if (value === undefined) continue
    for (const one of Array.isArray(value) ? value : [value]) query.append(wireName, String(one))
  }
  return query
}
