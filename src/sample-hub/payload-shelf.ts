import type { RepoKind } from '../hub/kinds.ts'
import type { HubRepo, SortKey, SortValue, WantedFields } from '../hub-server/hub-store.ts'
import { completePayload, derivedHubId } from './complete-payload.ts'
import { parametersOf } from './repo-filter.ts'
import type { Shelf, ShelfMatch } from './shelf.ts'

interface SortedView {
  readonly repos: readonly HubRepo[]
  readonly indexes: ReadonlyMap<string, number>
  readonly hasPrivate: boolean
}

/** A shelf of payloads as they were given, which tests may change while a Hub serves it. */
export class PayloadShelf implements Shelf {
  readonly kind: RepoKind
  /** Payloads that a later one of the same id replaced. */
  replaced = 0
  version = 0
  readonly #byId = new Map<string, HubRepo>()
  readonly #idByHubId = new Map<string, string>()
  readonly #idByName = new Map<string, string>()
  #view: SortedView | undefined

  constructor(kind: RepoKind, payloads: Iterable<unknown> = []) {
    this.kind = kind
    for (const payload of payloads) this.put(payload)
  }

  /** Adds a repo, or replaces the one of that id. Throws when the payload has no id. */
  put(payload: unknown): HubRepo {
    let repo = completePayload(this.kind, payload)
    const old = this.#byId.get(repo.id)
    if (old !== undefined) {
      this.replaced++
      this.#idByHubId.delete(old._id)
    }
    // Captures of different days may hold one repo under two names. A Hub never does, and both are to be served.
    if (this.#idByHubId.has(repo._id)) repo = { ...repo, _id: derivedHubId(this.kind, repo) }
    this.#byId.set(repo.id, repo)
    this.#idByHubId.set(repo._id, repo.id)
    this.#idByName.set(repo.id.toLowerCase(), repo.id)
    this.#changed()
    return repo
  }

  /** Takes a repo away, with every name that led to it. Says whether it was there. */
  remove(id: string): boolean {
    const repo = this.#byId.get(id)
    if (repo === undefined) return false
    this.#byId.delete(id)
    this.#idByHubId.delete(repo._id)
    for (const [name, target] of this.#idByName) if (target === id) this.#idByName.delete(name)
    this.#changed()
    return true
  }

  /** Gives a repo another id; the old one redirects from now on. */
  rename(from: string, to: string): void {
    const repo = this.#byId.get(from)
    if (repo === undefined) throw new Error(`No ${this.kind} is called ${from}: expected an id that the Hub serves`)
    const names = [...this.#idByName].filter(([, target]) => target === from).map(([name]) => name)
    this.remove(from)
    const { author: _author, modelId: _modelId, ...rest } = repo
    this.put({ ...rest, id: to })
    for (const name of names) this.redirect(name, to)
  }

  /** Makes an old name lead to a repo of this shelf. */
  redirect(from: string, to: string): void {
    this.#idByName.set(from.toLowerCase(), to)
  }

  get size(): number {
    return this.#byId.size
  }

  get hasPrivate(): boolean {
    return this.#sorted.hasPrivate
  }

  hubIdAt(index: number): string {
    return this.#at(index)._id
  }

  sortValueAt(index: number, key: SortKey): SortValue {
    const repo = this.#at(index)
    if (key === 'num_parameters') return parametersOf(repo)
    const value = repo[key]
    if (key !== 'createdAt' && key !== 'lastModified') return typeof value === 'number' ? value : null
    const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
    return Number.isNaN(time) ? null : time
  }

  repoAt(index: number, fields: WantedFields): HubRepo {
    const repo = this.#at(index)
    const siblings = repo['siblings']
    if (fields.blobs || !fields.names.has('siblings') || !Array.isArray(siblings)) return repo
    return { ...repo, siblings: siblings.map((file) => ({ rfilename: file?.rfilename })) }
  }

  find(id: string): ShelfMatch | undefined {
    const present = this.#byId.has(id) ? id : this.#idByName.get(id.toLowerCase())
    const index = present === undefined ? undefined : this.#sorted.indexes.get(present)
    return present === undefined || index === undefined ? undefined : { index, id: present }
  }

  /** Made anew after a change, and once for the many changes of a load. */
  get #sorted(): SortedView {
    if (this.#view === undefined) {
      const repos = [...this.#byId.values()].sort((a, b) => (a._id < b._id ? -1 : 1))
      this.#view = {
        repos,
        indexes: new Map(repos.map((repo, index) => [repo.id, index])),
        hasPrivate: repos.some((repo) => repo['private'] === true),
      }
    }
    return this.#view
  }

  #at(index: number): HubRepo {
    const repo = this.#sorted.repos[index]
    if (repo === undefined) throw new RangeError(`index ${index} is outside a shelf of ${this.size}`)
    return repo
  }

  #changed(): void {
    this.version++
    this.#view = undefined
  }
}
