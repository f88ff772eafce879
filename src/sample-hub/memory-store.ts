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
import { LivingShelf } from './shelves/living-shelf.ts'
import { compileFilter } from './shelves/repo-filter.ts'
import type { Shelf } from './shelves/shelf.ts'
import { collectTags } from './tags-by-type.ts'

/** The initial repos of a Hub. */
export type Shelves = Readonly<Record<RepoKind, Shelf>>

/**
 * A Hub in memory. It only stores an array of indexes per requested order, and what has changed since the start. Repos are read
 * from their shelf page by page, and a filter scans along the order until the page is full.
 */
export class MemoryStore implements HubStore {
  readonly shelves: Readonly<Record<RepoKind, LivingShelf>>
  readonly #tags = new Map<RepoKind, { version: number; tags: Record<string, TagEntry[]> }>()

  constructor({ model, dataset, space }: Shelves) {
    this.shelves = {
      model: new LivingShelf('model', model),
      dataset: new LivingShelf('dataset', dataset),
      space: new LivingShelf('space', space),
    }
  }

  /** The number of repos of a kind, including private and disabled ones. */
  size(kind: RepoKind): number {
    return this.shelves[kind].size
  }

  /** The `_id` of the repo with this name, current or former. */
  hubIdOf(kind: RepoKind, id: string): string | undefined {
    const index = this.shelves[kind].find(id)?.index
    return index === undefined ? undefined : this.shelves[kind].hubIdAt(index)
  }

  /** Identifies the repos at the start. */
  get base(): unknown {
    return REPO_KINDS.map((kind) => this.shelves[kind].base)
  }

  get total(): number {
    return REPO_KINDS.reduce((sum, kind) => sum + this.size(kind), 0)
  }

  async list({ kind, filter: given, sort, descending, after, skip = 0, limit, fields }: ListQuery): Promise<ListSlice> {
    const shelf = this.shelves[kind]
    const order = shelf.order(sort, descending)
    const filter = compileFilter(given)
    const privateOwners = new Set(given.privateOwners)
    const repos: HubRepo[] = []
    let left = skip
    let last = 0
    for (let place = after ? order.placeAfter(after) : 0; place < order.size; place++) {
      const index = order.at(place)
      if (!shelf.isListed(index, privateOwners)) continue
      if (filter !== undefined && !filter.matches(shelf.repoAt(index, filter.fields))) continue
      if (left-- > 0) continue
      // Only a repo after the full page proves that there is a next one.
      if (repos.length === limit) return { repos, next: order.positionOf(last) }
      repos.push(shelf.repoAt(index, fields))
      last = index
    }
    return { repos }
  }

  async count(kind: RepoKind, given: RepoFilter): Promise<number> {
    const shelf = this.shelves[kind]
    const filter = compileFilter(given)
    const privateOwners = new Set(given.privateOwners)
    if (filter === undefined) return shelf.listedSize(privateOwners)
    let count = 0
    for (const index of shelf.indexes()) {
      const isListed = shelf.isListed(index, privateOwners)
      if (isListed && filter.matches(shelf.repoAt(index, filter.fields))) count++
    }
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
    if (known?.version !== shelf.tagsVersion) {
      known = { version: shelf.tagsVersion, tags: collectTags(kind, shelf) }
      this.#tags.set(kind, known)
    }
    return known.tags
  }
}
