import type { RepoKind } from '../../hub/kinds.ts'
import type { HubRepo, SortKey, SortValue, WantedFields } from '../../hub-server/hub-store.ts'
import { completePayload, derivedHubId } from './complete-payload.ts'
import { asWanted, sortValueOf } from './repo-values.ts'
import type { Shelf, ShelfMatch } from './shelf.ts'

interface SortedView {
  readonly repos: readonly HubRepo[]
  readonly indexes: ReadonlyMap<string, number>
}

/** A shelf of given payloads. It is filled first and then served: after it has been read it accepts no more. */
export class PayloadShelf implements Shelf {
  readonly kind: RepoKind
  readonly latestMs = undefined
  /** Number of payloads that a later one with the same id replaced. */
  replaced = 0
  readonly #byId = new Map<string, HubRepo>()
  readonly #idByHubId = new Map<string, string>()
  readonly #idByName = new Map<string, string>()
  #view: SortedView | undefined

  constructor(kind: RepoKind, payloads: Iterable<unknown> = []) {
    this.kind = kind
    for (const payload of payloads) this.put(payload)
  }

  /** Adds a repo, or replaces the one with its id. Throws when the payload has no id, or the shelf has been read. */
  put(payload: unknown): HubRepo {
    if (this.#view !== undefined) {
      throw new Error(`The shelf of ${this.kind}s is already being served; change repos through the sample Hub's \`change\``)
    }
    let repo = completePayload(this.kind, payload)
    const old = this.#byId.get(repo.id)
    if (old !== undefined) {
      this.replaced++
      this.#idByHubId.delete(old._id)
    }
    // Captures of different days may hold one repo under two names. The Hub never does, and both must be served.
    if (this.#idByHubId.has(repo._id)) repo = { ...repo, _id: derivedHubId(this.kind, repo) }
    this.#byId.set(repo.id, repo)
    this.#idByHubId.set(repo._id, repo.id)
    this.#idByName.set(repo.id.toLowerCase(), repo.id)
    return repo
  }

  get size(): number {
    return this.#byId.size
  }

  get closed(): number[] {
    const closed: number[] = []
    this.#sorted.repos.forEach((repo, index) => {
      if (repo['private'] === true || repo['disabled'] === true) closed.push(index)
    })
    return closed
  }

  hubIdAt(index: number): string {
    return this.#at(index)._id
  }

  sortValueAt(index: number, key: SortKey): SortValue {
    return sortValueOf(this.#at(index), key)
  }

  repoAt(index: number, fields: WantedFields): HubRepo {
    return asWanted(this.#at(index), fields)
  }

  find(id: string): ShelfMatch | undefined {
    const current = this.#byId.has(id) ? id : this.#idByName.get(id.toLowerCase())
    const index = current === undefined ? undefined : this.#sorted.indexes.get(current)
    return current === undefined || index === undefined ? undefined : { index, id: current }
  }

  get #sorted(): SortedView {
    if (this.#view === undefined) {
      const repos = [...this.#byId.values()].sort((a, b) => (a._id < b._id ? -1 : 1))
      this.#view = { repos, indexes: new Map(repos.map((repo, index) => [repo.id, index])) }
    }
    return this.#view
  }

  #at(index: number): HubRepo {
    const repo = this.#sorted.repos[index]
    if (repo === undefined) throw new RangeError(`index ${index} is outside a shelf of ${this.size}`)
    return repo
  }
}
