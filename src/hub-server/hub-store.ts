import type { RepoKind } from '../hub/kinds.ts'

/**
 * A repo in the Hub's wire format. A field without a value is absent; `null` means that the source said null. Only `_id` and
 * `id` are certain, and any field may have any type: card data is user input.
 */
export interface HubRepo {
  readonly _id: string
  readonly id: string
  readonly [field: string]: unknown
}

/** The fields that a caller needs. `_id` and `id` are always included; a store may return more. */
export interface WantedFields {
  readonly names: ReadonlySet<string>
  /** Adds size and hashes to `siblings`, which otherwise only hold `rfilename`. */
  readonly blobs: boolean
}

export const SORT_KEYS = [
  'trendingScore',
  'downloads',
  'likes',
  'createdAt',
  'lastModified',
  'likes30d',
  'num_parameters',
  'mainSize',
  'datasetsServerInfo.numRows',
  'id',
] as const
export type SortKey = (typeof SORT_KEYS)[number]

/** A repo's sort value. Dates are milliseconds since 1970; null sorts last in both directions. */
export type SortValue = number | string | null

/** Where a page ended. The next one starts after this repo in the order (sort value, `_id` ascending, nulls last). */
export interface Position {
  readonly value: SortValue
  readonly hubId: string
}

/** Conditions of a listing. All must hold, including each entry of a list. */
export interface RepoFilter {
  /** Parts of the id, ignoring letter case. Clients may send several; whether the Hub requires all is not known. */
  readonly search: readonly string[]
  readonly authors: readonly string[]
  readonly tags: readonly string[]
  readonly libraries: readonly string[]
  readonly pipelineTags: readonly string[]
  readonly gated: boolean | undefined
  readonly parameters: { readonly min?: number; readonly max?: number } | undefined
  readonly inference: string | undefined
  /** A model must be served by one of these providers; `all` means any provider. Empty: no condition. */
  readonly inferenceProviders: readonly string[]
  /** A model must have one of these tags or libraries. Undefined: no condition. */
  readonly anyTags: readonly string[] | undefined
  /** Spaces must use all of these models and datasets. */
  readonly models: readonly string[]
  readonly datasets: readonly string[]
  /** The owners whose private repos the caller may see. */
  readonly privateOwners: readonly string[]
}

export interface ListQuery {
  readonly kind: RepoKind
  readonly filter: RepoFilter
  readonly sort: SortKey
  readonly descending: boolean
  readonly after: Position | undefined
  /** Number of repos to skip before the page. @default 0 */
  readonly skip?: number
  readonly limit: number
  readonly fields: WantedFields
}

export interface ListSlice {
  readonly repos: readonly HubRepo[]
  /** Absent on the last page. */
  readonly next?: Position
}

/** A repo, or the current name when it was requested by an old name or in other letter case. */
export type FoundRepo = { readonly repo: HubRepo } | { readonly movedTo: string }

export interface TagEntry {
  readonly type: string
  readonly label: string
  readonly id: string
  readonly subType?: string
}

/** What the Hub's routes need to know about repos. The sample Hub is one store; a catalog can be another. */
export interface HubStore {
  list(query: ListQuery): Promise<ListSlice>
  /** A page as the JSON of a response, for stores that write it faster than by way of objects. The fields are in order. */
  listJson?(query: ListQuery): Promise<{ readonly json: string; readonly next?: Position | undefined }>
  /** The number of repos that match the filter. */
  count(kind: RepoKind, filter: RepoFilter): Promise<number>
  /** Undefined when no repo has or had that name. */
  find(kind: RepoKind, id: string, fields: WantedFields): Promise<FoundRepo | undefined>
  /** Every tag in use, by its type. */
  tagsByType(kind: 'model' | 'dataset'): Promise<Readonly<Record<string, readonly TagEntry[]>>>
}
