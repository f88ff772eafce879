import { REPO_KINDS, type RepoKind } from '../hub/kinds.ts'
import type {
  FoundRepo,
  HubRepo,
  HubStore,
  ListQuery,
  ListSlice,
  RepoFilter,
  TagEntry,
  WantedFields,
} from '../hub-server/hub-store.ts'
import { compileFilter } from './repo-filter.ts'
import type { Shelf } from './shelf.ts'
import { SortOrder } from './sort-order.ts'
import { collectTags } from './tags-by-type.ts'

export type Shelves = Readonly<Record<RepoKind, Shelf>>

/**
 * A Hub in memory. It keeps nothing but one array of numbers for each order that was asked for: repos are read from
 * their shelf page by page, and a filter scans along the order until the page is full.
 */
export class MemoryStore implements HubStore {
  readonly shelves: Shelves
  readonly #orders = new Map<string, SortOrder>()
  readonly #tags = new Map<RepoKind, { version: number; tags: Record<string, TagEntry[]> }>()

  constructor(shelves: Shelves) {
    this.shelves = shelves
  }

  /** How many repos of a kind there are, private ones included. */
  size(kind: RepoKind): number {
    return this.shelves[kind].size
  }

  get total(): number {
    return REPO_KINDS.reduce((sum, kind) => sum + this.size(kind), 0)
  }

  async list(query: ListQuery): Promise<ListSlice> {
    const shelf = this.shelves[query.kind]
    const order = this.#order(query)
    const filter = compileFilter(query.filter, shelf.hasPrivate)
    const repos: HubRepo[] = []
    let last = 0
    for (let place = query.after ? order.placeAfter(query.after) : 0; place < order.size; place++) {
      const index = order.at(place)
      if (filter !== undefined && !filter.matches(shelf.repoAt(index, filter.fields))) continue
      // Only a repo that follows the full page proves that there is a next one.
      if (repos.length === query.limit) return { repos, next: order.positionOf(last) }
      repos.push(shelf.repoAt(index, query.fields))
      last = index
    }
    return { repos }
  }

  async count(kind: RepoKind, given: RepoFilter): Promise<number> {
    const shelf = this.shelves[kind]
    const filter = compileFilter(given, shelf.hasPrivate)
    if (filter === undefined) return shelf.size
    let count = 0
    for (let index = 0; index < shelf.size; index++) if (filter.matches(shelf.repoAt(index, filter.fields))) count++
    return count
  }

  async find(kind: RepoKind, id: string, fields: WantedFields): Promise<FoundRepo | undefined> {
    const shelf = this.shelves[kind]
    const match = shelf.find(id)
    if (match === undefined) return undefined
    return match.id === id ? { repo: shelf.repoAt(match.index, fields) } : { movedTo: match.id }
  }

  async tagsByType(kind: 'model' | 'dataset'): Promise<Record<string, TagEntry[]>> {
    const shelf = this.shelves[kind]
    let known = this.#tags.get(kind)
    if (known?.version !== shelf.version) {
      known = { version: shelf.version, tags: collectTags(kind, shelf) }
      this.#tags.set(kind, known)
    }
    return known.tags
  }

  #order({ kind, sort, descending }: ListQuery): SortOrder {
    const name = `${kind} ${sort} ${descending}`
    const shelf = this.shelves[kind]
    let order = this.#orders.get(name)
    if (order?.version !== shelf.version) {
      order = new SortOrder(shelf, sort, descending)
      this.#orders.set(name, order)
    }
    return order
  }
}
