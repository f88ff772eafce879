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
  /** The current `owner/name` of a repo, through which it is found; else the same as `hubId`. */
  readonly id: string
}

export interface CollectionItem extends Omit<ItemTarget, 'type'> {
  /** Data that was loaded may have types that cannot be added here. */
  readonly type: string
  /** What is shown of an item that this Hub does not have. */
  readonly payload?: Readonly<Record<string, unknown>> | undefined
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
  /** One of THEMES, unless it was loaded. */
  readonly theme: string
  readonly gating: boolean | Readonly<Record<string, unknown>>
  /** Among the collections of the owner. */
  readonly position: number
  /** The `_id` of the group of an organization whose members may change it. */
  readonly resourceGroupId?: string | undefined
}

export interface Collection extends CollectionFields {
  readonly hubId: string
  /** The slug until the title changes. @default made of the title */
  readonly slug?: string | undefined
  /** The name of the account. */
  readonly owner: string
  /** The account of an owner that this Hub does not have, in the Hub's wire format. */
  readonly account?: Readonly<Record<string, unknown>> | undefined
  readonly upvotes: number
  readonly trendingScore: number
  /** As in the Hub's JSON. */
  readonly lastUpdated: string
  /** In their order. */
  readonly items: readonly CollectionItem[]
}

/** Where a collection stands in every order of lists. */
export type CollectionPlace = Pick<Collection, 'hubId' | 'trendingScore' | 'lastUpdated' | 'upvotes'>

export interface CollectionQuery {
  /** Any of these owners; empty for all. */
  readonly owners: readonly string[]
  /** Any of these items; undefined for all. */
  readonly items: readonly { readonly type: ItemType; readonly hubId: string }[] | undefined
  /** Part of the title or description, in any letter case. */
  readonly text: string
  readonly sort: CollectionSort
  /** The last collection of the page before, as it was then. */
  readonly after: CollectionPlace | undefined
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
export function isRepoType(type: string): type is RepoKind {
  return type === 'model' || type === 'dataset' || type === 'space'
}
