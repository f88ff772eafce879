import type { HubRepo, SortKey, SortValue, WantedFields } from '../../hub-server/hub-store.ts'

/** A place in a shelf, and the id that stands there. */
export interface ShelfMatch {
  readonly index: number
  readonly id: string
}

/**
 * The repos of one kind as a Hub starts with them, numbered from 0 in ascending order of `_id`. It never changes: what
 * happens to a Hub afterwards is kept apart, by number, in a `LivingShelf`.
 */
export interface Shelf {
  readonly size: number
  /** Numbers of the repos that are private or disabled, which most are not. */
  readonly closed: Iterable<number>
  /** The last moment that its dates know of, ms since 1970; undefined where they may be any. */
  readonly presentMs: number | undefined
  hubIdAt(index: number): string
  sortValueAt(index: number, key: SortKey): SortValue
  repoAt(index: number, fields: WantedFields): HubRepo
  /** Finds a repo by its id, in any letter case, or by a former one. */
  find(id: string): ShelfMatch | undefined
}
