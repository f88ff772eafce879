import type { HubRepo, SortKey, SortValue, WantedFields } from '../../hub-server/hub-store.ts'

/** An index in a shelf, and the id of the repo there. */
export interface ShelfMatch {
  readonly index: number
  readonly id: string
}

/** The initial repos of a kind, in ascending order of `_id`. A `LivingShelf` stores later changes by index. */
export interface Shelf {
  readonly size: number
  /** Indexes of the private and disabled repos, which are few. */
  readonly closed: Iterable<number>
  /** The latest possible date, in milliseconds since 1970; undefined when there is no limit. */
  readonly latestMs: number | undefined
  hubIdAt(index: number): string
  sortValueAt(index: number, key: SortKey): SortValue
  repoAt(index: number, fields: WantedFields): HubRepo
  /** Finds a repo by its id, in any letter case, or by a former one. */
  find(id: string): ShelfMatch | undefined
}
