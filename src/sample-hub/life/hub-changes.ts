import type { RepoKind } from '../../hub/kinds.ts'
import type { HubRepo } from '../../hub-server/hub-store.ts'
import { beginConversion, CONVERSION_FIELD } from '../contents/conversion.ts'
import { PARQUET_FIELD } from '../contents/parquet-plan.ts'
import { isoSecond } from '../generator/iso-second.ts'
import type { MemoryStore } from '../memory-store.ts'
import type { LivingShelf } from '../shelves/living-shelf.ts'
import type { HubChange, HubChangeListener, RepoCounters, RepoSettings } from './hub-change.ts'
import { type NewRepoFields, newRepo, shaOf } from './new-repo.ts'

/** The content of a commit in addition to `sha` and `lastModified`. */
export interface CommitContent {
  /** Changed fields of the Hub's detail response; undefined removes one. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined
  /** All files after the commit. @default unchanged */
  readonly siblings?: readonly { readonly rfilename: string; readonly [field: string]: unknown }[] | undefined
}

interface Match {
  readonly shelf: LivingShelf
  readonly index: number
  readonly repo: HubRepo
}

const SEEN_IN_CHANGES = { names: new Set(['sha', 'private', PARQUET_FIELD, CONVERSION_FIELD]), blobs: false }

/** Makes immediate, atomic changes to the repos of a running sample Hub. Repos are named by their current id. */
export class HubChanges {
  readonly #store: MemoryStore
  readonly #now: () => number
  readonly #conversionDelayMs: number
  readonly #listeners = new Set<HubChangeListener>()
  readonly #commits = new Map<string, number>()
  #created = 0

  /** @param now the Hub's clock, in milliseconds since 1970 */
  constructor(store: MemoryStore, now: () => number, conversionDelayMs = 0) {
    this.#store = store
    this.#now = now
    this.#conversionDelayMs = conversionDelayMs
  }

  /** Calls the listener after every change until the returned function is called. */
  onChange(listener: HubChangeListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Whether no repo has this name, in any letter case. One may have had it before. */
  isFree(kind: RepoKind, id: string): boolean {
    return !isSameName(this.#store.shelves[kind].find(id)?.id, id)
  }

  /** Adds a repo, created and modified now by default, with a new `_id`. A former name of another repo then leads to it. */
  create(kind: RepoKind, fields: NewRepoFields): HubChange {
    const shelf = this.#store.shelves[kind]
    if (!this.isFree(kind, fields.id)) {
      throw new Error(`The name ${shelf.find(fields.id)?.id} is taken by a ${kind}; delete it first`)
    }
    const index = shelf.add(newRepo(kind, { ...fields, ...this.#conversion(kind, undefined) }, this.#now(), this.#created++))
    return this.#publish(shelf, index, { type: 'create' })
  }

  /** Gives a repo a new `sha` and `lastModified`, and makes the given changes. */
  commit(kind: RepoKind, id: string, { fields = {}, siblings }: CommitContent = {}): HubChange {
    const { shelf, index, repo } = this.#find(kind, id)
    const commit = (this.#commits.get(repo._id) ?? 0) + 1
    this.#commits.set(repo._id, commit)
    shelf.patch(index, {
      sha: shaOf(repo._id, commit),
      lastModified: isoSecond(this.#now()),
      ...(siblings === undefined ? {} : { siblings }),
      ...this.#conversion(kind, repo),
      ...withoutIdentity(fields),
    })
    return this.#publish(shelf, index, { type: 'commit', oldSha: textOf(repo['sha']) })
  }

  /** Removes a repo with all names that led to it. */
  delete(kind: RepoKind, id: string): HubChange {
    const { shelf, index } = this.#find(kind, id)
    const change = this.#changeOf(shelf, index, { type: 'delete' })
    shelf.remove(index)
    this.#emit(change)
    return change
  }

  /** Gives a repo another id; the old one redirects from now on. Dates and `sha` do not change. */
  move(kind: RepoKind, from: string, to: string): HubChange {
    const { shelf, index } = this.#find(kind, from)
    if (!isSameName(from, to) && !this.isFree(kind, to)) {
      throw new Error(`The name ${shelf.find(to)?.id} is taken by a ${kind}; expected a free name to move ${from} to`)
    }
    const slash = to.indexOf('/')
    shelf.patch(index, {
      id: to,
      author: slash > 0 ? to.slice(0, slash) : undefined,
      ...(kind === 'model' ? { modelId: to } : {}),
    })
    shelf.redirect(to, index)
    return this.#publish(shelf, index, { type: 'move', from })
  }

  /** Changes the visibility or gating of a repo. Dates and `sha` do not change. */
  settings(kind: RepoKind, id: string, settings: RepoSettings): HubChange {
    const { shelf, index } = this.#find(kind, id)
    shelf.patch(index, given(settings))
    return this.#publish(shelf, index, { type: 'settings', settings })
  }

  /** Sets counters. Dates and `sha` do not change. */
  counters(kind: RepoKind, id: string, counters: RepoCounters): HubChange {
    const { shelf, index } = this.#find(kind, id)
    shelf.patch(index, given(counters))
    return this.#publish(shelf, index, { type: 'counters', counters })
  }

  /** Makes a name lead to a repo, as one-word ids of the Hub's first years do. Emits no change. */
  redirect(kind: RepoKind, from: string, to: string): void {
    const { shelf, index } = this.#find(kind, to)
    shelf.redirect(from, index)
  }

  #conversion(kind: RepoKind, repo: HubRepo | undefined): Record<string, unknown> {
    const isConverted = kind === 'dataset' && this.#conversionDelayMs > 0
    return isConverted ? beginConversion(repo, this.#now(), this.#conversionDelayMs) : {}
  }

  #find(kind: RepoKind, id: string): Match {
    const shelf = this.#store.shelves[kind]
    const match = shelf.find(id)
    if (match?.id !== id) {
      const hint = match === undefined ? '' : `; the name leads to ${match.id}`
      throw new Error(`There is no ${kind} ${id}${hint}. Expected the current id of a repo on the Hub`)
    }
    return { shelf, index: match.index, repo: shelf.repoAt(match.index, SEEN_IN_CHANGES) }
  }

  #publish(shelf: LivingShelf, index: number, what: What): HubChange {
    const change = this.#changeOf(shelf, index, what)
    this.#emit(change)
    return change
  }

  #changeOf(shelf: LivingShelf, index: number, what: What): HubChange {
    const repo = shelf.repoAt(index, SEEN_IN_CHANGES)
    return {
      kind: shelf.kind,
      hubId: repo._id,
      id: repo.id,
      sha: textOf(repo['sha']),
      isPrivate: repo['private'] === true,
      atMs: this.#now(),
      ...what,
    }
  }

  #emit(change: HubChange): void {
    for (const listener of this.#listeners) listener(change)
  }
}

type Omitted = 'kind' | 'hubId' | 'id' | 'sha' | 'isPrivate' | 'atMs'
type What = HubChange extends infer Change ? (Change extends HubChange ? Omit<Change, Omitted> : never) : never

function isSameName(taken: string | undefined, wanted: string): boolean {
  return taken?.toLowerCase() === wanted.toLowerCase()
}

/** A commit cannot change the names of the repo. */
function withoutIdentity(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { _id, id, author, modelId, ...rest } = fields
  return rest
}

function given(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
