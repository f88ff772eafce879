import type { HubRepo, SortKey, SortValue, WantedFields } from '../hub-server/hub-store.ts'

/** A place in a shelf, and the id that stands there now. */
export interface ShelfMatch {
  readonly index: number
  readonly id: string
}

/**
 * The repos of one kind, numbered from 0 in ascending order of `_id`. Listings rest on that order: it is what breaks
 * ties, so that a comparison of numbers does for one of ids.
 */
export interface Shelf {
  readonly size: number
  /** Changes whenever any repo does; what was derived from another version is stale. */
  readonly version: number
  readonly hasPrivate: boolean
  hubIdAt(index: number): string
  sortValueAt(index: number, key: SortKey): SortValue
  repoAt(index: number, fields: WantedFields): HubRepo
  /** Finds a repo by its id, in any letter case, or by a former one. */
  find(id: string): ShelfMatch | undefined
}
