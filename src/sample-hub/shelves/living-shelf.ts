import type { RepoKind } from '../../hub/kinds.ts'
import type { HubRepo, SortKey, SortValue, WantedFields } from '../../hub-server/hub-store.ts'
import { changeFromJson, changeToJson, type ShelfState } from '../state/shelf-state.ts'
import { asWanted, sortFieldsOf, sortValueOf } from './repo-values.ts'
import type { Shelf, ShelfMatch } from './shelf.ts'
import { type SortedRepos, SortOrder } from './sort-order.ts'

const IDENTITY = { names: new Set<string>(), blobs: false }

/**
 * A shelf as it is now: the initial one, and on top of it only what has changed since. A million generated repos still take no
 * memory. New repos get the next free index, so an index always means the same repo. After the initial repos, indexes no
 * longer follow the `_id`.
 */
export class LivingShelf implements SortedRepos {
  readonly kind: RepoKind
  /** Changes whenever a tag may have been added or removed. Tags collected at another version are stale. */
  tagsVersion = 0
  readonly #base: Shelf
  /** Fields that differ from the start; removed ones are undefined. */
  readonly #changed = new Map<number, Readonly<Record<string, unknown>>>()
  readonly #added: HubRepo[] = []
  readonly #removed = new Set<number>()
  readonly #private = new Set<number>()
  readonly #disabled = new Set<number>()
  /** Lowercase names that lead elsewhere than at the start. */
  readonly #names = new Map<string, number>()
  readonly #orders = new Map<string, SortOrder>()

  constructor(kind: RepoKind, base: Shelf) {
    this.kind = kind
    this.#base = base
    for (const index of base.closed) this.#noteClosed(index)
  }

  /** Identifies the repos at the start: their number and the `_id`s at both ends. */
  get base(): unknown {
    const { size } = this.#base
    return [this.kind, size, ...(size === 0 ? [] : [this.#base.hubIdAt(0), this.#base.hubIdAt(size - 1)])]
  }

  /** How the shelf differs from the start. */
  get state(): ShelfState {
    return {
      changed: [...this.#changed].map(([index, fields]) => changeToJson(index, fields)),
      added: this.#added,
      removed: [...this.#removed],
      names: [...this.#names],
    }
  }

  /** Set it before the shelf is read. */
  set state({ changed, added, removed, names }: ShelfState) {
    for (const [index, fields] of changed.map(changeFromJson)) this.#changed.set(index, fields)
    this.#added.push(...added)
    for (const index of removed) this.#removed.add(index)
    for (const [name, index] of names) this.#names.set(name, index)
    for (const index of this.indexes()) if (index >= this.#base.size || this.#changed.has(index)) this.#noteClosed(index)
    for (const index of removed) {
      this.#private.delete(index)
      this.#disabled.delete(index)
    }
    this.tagsVersion++
  }

  /** The number of repos, including private and disabled ones. */
  get size(): number {
    return this.end - this.#removed.size
  }

  get end(): number {
    return this.#base.size + this.#added.length
  }

  isLive(index: number): boolean {
    return index >= 0 && index < this.end && !this.#removed.has(index)
  }

  /** Whether listings include a repo: disabled ones are in none, private ones only in those for these owners. */
  isListed(index: number, privateOwners: ReadonlySet<string> = new Set()): boolean {
    if (this.#disabled.has(index)) return false
    if (!this.#private.has(index)) return true
    return privateOwners.size > 0 && privateOwners.has(this.#idAt(index).split('/', 1)[0] ?? '')
  }

  /** The number of repos in a listing without a filter. */
  listedSize(privateOwners: ReadonlySet<string> = new Set()): number {
    const closed = this.#disabled.union(this.#private)
    return this.size - [...closed].filter((index) => !this.isListed(index, privateOwners)).length
  }

  *indexes(): Generator<number> {
    for (let index = 0; index < this.end; index++) if (!this.#removed.has(index)) yield index
  }

  hubIdAt(index: number): string {
    return index < this.#base.size ? this.#base.hubIdAt(index) : this.#addedAt(index)._id
  }

  compareHubIds(a: number, b: number): number {
    if (a < this.#base.size && b < this.#base.size) return a - b
    const [first, second] = [this.hubIdAt(a), this.hubIdAt(b)]
    return first < second ? -1 : Number(first > second)
  }

  sortValueAt(index: number, key: SortKey): SortValue {
    if (index >= this.#base.size) return sortValueOf(this.#addedAt(index), key)
    const changed = this.#changed.get(index)
    const names = sortFieldsOf(key)
    if (changed === undefined || !mayMove(key, changed)) return this.#base.sortValueAt(index, key)
    // Counters change most, and reading one does not require the repo to be generated.
    if (names.every((name) => name in changed)) return sortValueOf(asRepo(changed), key)
    return sortValueOf(this.repoAt(index, { names: new Set(names), blobs: false }), key)
  }

  repoAt(index: number, fields: WantedFields): HubRepo {
    if (index >= this.#base.size) return asWanted(this.#addedAt(index), fields)
    const repo = this.#base.repoAt(index, fields)
    const changed = this.#changed.get(index)
    return changed === undefined ? repo : asWanted({ ...repo, ...changed }, fields)
  }

  /** Finds a live repo by its current id, in any letter case, or by a former one. */
  find(id: string): ShelfMatch | undefined {
    const index = this.#names.get(id.toLowerCase()) ?? this.#base.find(id)?.index
    return index === undefined || !this.isLive(index) ? undefined : { index, id: this.#idAt(index) }
  }

  /** The listing by a key, created on first use and maintained from then on. */
  order(key: SortKey, descending: boolean): SortOrder {
    const name = `${key} ${descending}`
    let order = this.#orders.get(name)
    if (order === undefined) {
      order = new SortOrder(this, key, descending)
      this.#orders.set(name, order)
    }
    return order
  }

  /** Adds a repo. Its id leads to it from now on, whatever it led to before. */
  add(repo: HubRepo): number {
    const index = this.end
    this.#added.push(repo)
    this.#names.set(repo.id.toLowerCase(), index)
    this.#noteClosed(index)
    for (const order of this.#orders.values()) order.insert(index)
    this.tagsVersion++
    return index
  }

  /** Sets fields of a repo; undefined removes one. Its `_id` never changes. */
  patch(index: number, fields: Readonly<Record<string, unknown>>): void {
    const moving = [...this.#orders.values()].filter(({ key }) => mayMove(key, fields))
    for (const order of moving) order.remove(index)
    if (index < this.#base.size) this.#changed.set(index, { ...this.#changed.get(index), ...fields })
    else this.#added[index - this.#base.size] = { ...this.#addedAt(index), ...fields }
    for (const order of moving) order.insert(index)
    const opensOrCloses = 'private' in fields || 'disabled' in fields
    if (opensOrCloses) this.#noteClosed(index)
    if (opensOrCloses || 'tags' in fields) this.tagsVersion++
  }

  /** Makes a name lead to a repo, in addition to its id. */
  redirect(from: string, index: number): void {
    this.#names.set(from.toLowerCase(), index)
  }

  /** Removes a repo and every name that led to it. */
  remove(index: number): void {
    for (const order of this.#orders.values()) order.remove(index)
    this.#removed.add(index)
    this.#private.delete(index)
    this.#disabled.delete(index)
    this.tagsVersion++
  }

  #idAt(index: number): string {
    return this.repoAt(index, IDENTITY).id
  }

  #addedAt(index: number): HubRepo {
    const repo = this.#added[index - this.#base.size]
    if (repo === undefined) throw new RangeError(`index ${index} is outside a shelf of ${this.end}`)
    return repo
  }

  #noteClosed(index: number): void {
    const repo = this.repoAt(index, { names: new Set(['private', 'disabled']), blobs: false })
    note(this.#private, index, repo['private'] === true)
    note(this.#disabled, index, repo['disabled'] === true)
  }
}

function note(set: Set<number>, index: number, isIn: boolean): void {
  if (isIn) set.add(index)
  else set.delete(index)
}

function mayMove(key: SortKey, fields: Readonly<Record<string, unknown>>): boolean {
  return sortFieldsOf(key).some((name) => name in fields)
}

/** Only for reading a sort value: the changes do not include the identity. */
function asRepo(changed: Readonly<Record<string, unknown>>): HubRepo {
  return { _id: '', id: '', ...changed }
}
