import type { RepoKind } from '../../hub/kinds.ts'

export const ITEM_TYPES = ['model', 'dataset', 'space', 'paper', 'collection'] as const
export type ItemType = (typeof ITEM_TYPES)[number]

export const THEMES = ['orange', 'blue', 'green', 'purple', 'pink', 'indigo'] as const

export const COLLECTION_SORTS = ['trending', 'lastModified', 'upvotes'] as const
export type CollectionSort = (typeof COLLECTION_SORTS)[number]

/** What an item stands for. A repo or collection keeps its `_id` when it is renamed; a paper has only its arXiv id. */
export interface ItemTarget {
  readonly type: ItemType
  /** The `_id`, or the arXiv id of a paper. */
  readonly hubId: string
  /** `owner/name` of a repo when it was added, through which it is found; else the same as `hubId`. */
  readonly id: string
}

export interface CollectionItem extends ItemTarget {
  /** The `_id` of the item itself. */
  readonly itemId: string
  readonly note: string | undefined
  readonly gallery: readonly string[] | undefined
}

/** Fields that owners set. */
export interface CollectionFields {
  readonly title: string
  readonly description: string | undefined
  readonly private: boolean
  readonly theme: (typeof THEMES)[number]
  readonly gating: boolean
  /** Among the collections of the owner. */
  readonly position: number
}

export interface Collection extends CollectionFields {
  readonly hubId: string
  /** The name of the account. */
  readonly owner: string
  readonly upvotes: number
  readonly trendingScore: number
  /** As in the Hub's JSON. */
  readonly lastUpdated: string
  /** In their order. */
  readonly items: readonly CollectionItem[]
}

export interface CollectionQuery {
  /** Any of these owners; empty for all. */
  readonly owners: readonly string[]
  /** Any of these items; undefined for all. */
  readonly items: readonly { readonly type: ItemType; readonly hubId: string }[] | undefined
  /** Part of the title or description, in any letter case. */
  readonly text: string
  readonly sort: CollectionSort
  /** The last collection of the page before. */
  readonly after: string | undefined
  readonly limit: number
}

export interface ItemUpdate {
  readonly itemId: string
  readonly note?: string | undefined
  readonly gallery?: readonly string[] | undefined
  /** The place in the collection; beyond the last it is the last. */
  readonly position?: number | undefined
}

/** The collections of a Hub. The routes have checked rights and limits. */
export interface HubCollections {
  list(query: CollectionQuery): { readonly collections: readonly Collection[]; readonly hasMore: boolean }
  /** By the `_id` alone. */
  find(hubId: string): Collection | undefined
  /** The collections of an owner, to find one by its title. */
  ofOwner(owner: string): readonly Collection[]
  create(owner: string, fields: CollectionFields): Collection
  update(hubId: string, fields: Partial<CollectionFields>): Collection
  delete(hubId: string): void
  addItem(hubId: string, target: ItemTarget, note: string | undefined): Collection
  updateItems(hubId: string, updates: readonly ItemUpdate[]): Collection
  deleteItem(hubId: string, itemId: string): void
}

/** The item types that are kinds of repos. */
export function isRepoType(type: ItemType): type is RepoKind {
  return type === 'model' || type === 'dataset' || type === 'space'
}
