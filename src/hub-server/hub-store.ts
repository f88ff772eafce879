import type { RepoKind } from '../hub/kinds.ts'

/**
 * A repo in the Hub's own wire shape. A field without a value is absent; a `null` is one that the source of the data
 * really said. Nothing but `_id` and `id` is certain, and any field may be of any type: card data is user input.
 */
export interface HubRepo {
  readonly _id: string
  readonly id: string
  readonly [field: string]: unknown
}

/** What a caller wants to read of a repo. `_id` and `id` always come; a store may give more than was asked. */
export interface WantedFields {
  readonly names: ReadonlySet<string>
  /** True adds size and hashes to `siblings`, which otherwise hold `rfilename` alone. */
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

/** The value a repo sorts by; dates in milliseconds since 1970, null (last in either direction) when it has none. */
export type SortValue = number | string | null

/** Where a page ended: the next one starts after this repo in the order (sort value, `_id` ascending, nulls last). */
export interface Position {
  readonly value: SortValue
  readonly hubId: string
}

/** Conditions of a listing: all must hold, and so must each entry of a list. */
export interface RepoFilter {
  /** Parts of the id, letter case apart. Clients may send several, and of the Hub it is not known that it wants all. */
  readonly search: readonly string[]
  readonly authors: readonly string[]
  readonly tags: readonly string[]
  readonly libraries: readonly string[]
  readonly pipelineTags: readonly string[]
  readonly gated: boolean | undefined
  readonly parameters: { readonly min?: number; readonly max?: number } | undefined
  readonly inference: string | undefined
  /** Any one of these serves the model; `all` stands for any provider. Empty: no condition. */
  readonly inferenceProviders: readonly string[]
  /** Tags or libraries of which a model has one. Undefined: no condition. */
  readonly anyTags: readonly string[] | undefined
  /** Spaces that use these models and datasets. */
  readonly models: readonly string[]
  readonly datasets: readonly string[]
  readonly includePrivate: boolean
}

export interface ListQuery {
  readonly kind: RepoKind
  readonly filter: RepoFilter
  readonly sort: SortKey
  readonly descending: boolean
  readonly after: Position | undefined
  /** How many repos to leave out before the page. @default 0 */
  readonly skip?: number
  readonly limit: number
  readonly fields: WantedFields
}

export interface ListSlice {
  readonly repos: readonly HubRepo[]
  /** Absent on the last page. */
  readonly next?: Position
}

/** A repo under its present name, or the present name of one asked for by an old name or in other letter case. */
export type FoundRepo = { readonly repo: HubRepo } | { readonly movedTo: string }

export interface TagEntry {
  readonly type: string
  readonly label: string
  readonly id: string
  readonly subType?: string
}

/** What the Hub's routes need to know about repos: the sample Hub is one store, a catalog can be another. */
export interface HubStore {
  list(query: ListQuery): Promise<ListSlice>
  /** How many repos meet the filter. */
  count(kind: RepoKind, filter: RepoFilter): Promise<number>
  /** Undefined when no repo has or had that name. */
  find(kind: RepoKind, id: string, fields: WantedFields): Promise<FoundRepo | undefined>
  /** Every tag in use, by its type. */
  tagsByType(kind: 'model' | 'dataset'): Promise<Readonly<Record<string, readonly TagEntry[]>>>
}
