import type { RepoKind } from '../../hub/kinds.ts'
import type { HubRepo, SortKey, SortValue, WantedFields } from '../../hub-server/hub-store.ts'
import { asWanted, sortFieldsOf, sortValueOf } from './repo-values.ts'
import type { Shelf, ShelfMatch } from './shelf.ts'
import { type SortedRepos, SortOrder } from './sort-order.ts'

const IDENTITY = { names: new Set<string>(), blobs: false }

/**
 * A shelf as it is now: the one that the Hub started with, and on top of it only what has changed since. A million
 * generated repos stay free of charge, and a change costs what it changes. New repos take the next free number, so that
 * a number means one repo for good; behind those of the start, numbers no longer follow the `_id`.
 */
export class LivingShelf implements SortedRepos {
  readonly kind: RepoKind
  /** Changes whenever a tag may have come or gone; what was collected from another version is stale. */
  tagsVersion = 0
  readonly #base: Shelf
  /** Fields that differ from the start; one that is gone is there as undefined. */
  readonly #changed = new Map<number, Readonly<Record<string, unknown>>>()
  readonly #added: HubRepo[] = []
  readonly #removed = new Set<number>()
  readonly #private = new Set<number>()
  readonly #disabled = new Set<number>()
  /** Names in lower case that lead elsewhere than at the start. */
  readonly #names = new Map<string, number>()
  readonly #orders = new Map<string, SortOrder>()

  constructor(kind: RepoKind, base: Shelf) {
    this.kind = kind
    this.#base = base
    for (const index of base.closed) this.#noteClosed(index)
  }

  /** How many repos there are, private and disabled ones included. */
  get size(): number {
    return this.end - this.#removed.size
  }

  get end(): number {
    return this.#base.size + this.#added.length
  }

  isLive(index: number): boolean {
    return index >= 0 && index < this.end && !this.#removed.has(index)
  }

  /** Whether a listing has it: a disabled repo is in none, a private one in those of signed-in callers. */
  isListed(index: number, includePrivate: boolean): boolean {
    return !this.#disabled.has(index) && (includePrivate || !this.#private.has(index))
  }

  /** How many repos a listing without a filter has. */
  listedSize(includePrivate: boolean): number {
    const hidden = includePrivate ? this.#disabled : this.#disabled.union(this.#private)
    return this.size - hidden.size
  }

  /** The numbers of all live repos, ascending. */
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
    // Counters change most, and no repo has to be made to read one.
    if (names.every((name) => name in changed)) return sortValueOf(asRepo(changed), key)
    return sortValueOf(this.repoAt(index, { names: new Set(names), blobs: false }), key)
  }

  repoAt(index: number, fields: WantedFields): HubRepo {
    if (index >= this.#base.size) return asWanted(this.#addedAt(index), fields)
    const repo = this.#base.repoAt(index, fields)
    const changed = this.#changed.get(index)
    return changed === undefined ? repo : asWanted({ ...repo, ...changed }, fields)
  }

  /** Finds a live repo by its present id, in any letter case, or by a former one. */
  find(id: string): ShelfMatch | undefined {
    const index = this.#names.get(id.toLowerCase()) ?? this.#base.find(id)?.index
    return index === undefined || !this.isLive(index) ? undefined : { index, id: this.#idAt(index) }
  }

  /** The listing by a key, made when it is first asked for and kept true from then on. */
  order(key: SortKey, descending: boolean): SortOrder {
    const name = `${key} ${descending}`
    let order = this.#orders.get(name)
    if (order === undefined) {
      order = new SortOrder(this, key, descending)
      this.#orders.set(name, order)
    }
    return order
  }

  /** Adds a repo under its id, which leads to it from now on, whatever it led to before. */
  add(repo: HubRepo): number {
    const index = this.end
    this.#added.push(repo)
    this.#names.set(repo.id.toLowerCase(), index)
    this.#noteClosed(index)
    for (const order of this.#orders.values()) order.insert(index)
    this.tagsVersion++
    return index
  }

  /** Sets fields of a repo; one set to undefined is gone. Its `_id` never changes. */
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

  /** Makes a name lead to a repo; its own id goes on to do so too. */
  redirect(from: string, index: number): void {
    this.#names.set(from.toLowerCase(), index)
  }

  /** Takes a repo away, and with it every name that led to it. */
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

/** Only to read a sort value from: what has changed does not say whose it is. */
function asRepo(changed: Readonly<Record<string, unknown>>): HubRepo {
  return { _id: '', id: '', ...changed }
}
