import type { RepoKind } from '../../hub/kinds.ts'
import type { HubRepo } from '../../hub-server/hub-store.ts'
import { beginConversion, CONVERSION_FIELD } from '../contents/conversion.ts'
import { PARQUET_FIELD } from '../contents/parquet-plan.ts'
import { isoSecond } from '../generator/iso-second.ts'
import type { MemoryStore } from '../memory-store.ts'
import type { LivingShelf } from '../shelves/living-shelf.ts'
import type { HubChange, HubChangeListener, RepoCounters, RepoSettings } from './hub-change.ts'
import { type NewRepoFields, newRepo, shaOf } from './new-repo.ts'

/** What a commit changes beside `sha` and `lastModified`. */
export interface CommitContent {
  /** Fields of the Hub's detail answer that differ afterwards; one set to undefined is gone. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined
  /** All files afterwards. @default as before */
  readonly siblings?: readonly { readonly rfilename: string; readonly [field: string]: unknown }[] | undefined
}

interface Match {
  readonly shelf: LivingShelf
  readonly index: number
  readonly repo: HubRepo
}

const SEEN_IN_CHANGES = { names: new Set(['sha', 'private', PARQUET_FIELD, CONVERSION_FIELD]), blobs: false }

/**
 * Changes the repos of a sample Hub while it serves, each at once and as a whole. Repos are named by their present id.
 * Every method throws an Error that names what it could not find; none leaves anything half done.
 */
export class HubChanges {
  readonly #store: MemoryStore
  readonly #now: () => number
  readonly #conversionDelayMs: number
  readonly #listeners = new Set<HubChangeListener>()
  readonly #commits = new Map<string, number>()
  #created = 0

  /** `now` is the Hub's own clock, in milliseconds since 1970; so long after a commit a dataset is converted to Parquet. */
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

  /** Whether a name can be taken: no repo has it, in any letter case, though one may have had it. */
  isFree(kind: RepoKind, id: string): boolean {
    return !isSameName(this.#store.shelves[kind].find(id)?.id, id)
  }

  /**
   * Adds a repo, made and last changed now unless the fields say otherwise. It may take a name that another repo had,
   * which then leads to it, and its `_id` is always a new one.
   */
  create(kind: RepoKind, fields: NewRepoFields): HubChange {
    const shelf = this.#store.shelves[kind]
    if (!this.isFree(kind, fields.id)) {
      throw new Error(`A ${kind} is called ${shelf.find(fields.id)?.id} already; delete it first`)
    }
    const index = shelf.add(
      newRepo(kind, { ...fields, ...this.#conversion(kind, undefined) }, this.#now(), this.#created++),
    )
    return this.#publish(shelf, index, { type: 'create' })
  }

  /** Gives a repo a new `sha`, makes now its `lastModified`, and changes what else is given. */
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

  /** Takes a repo away, with all names that led to it. */
  delete(kind: RepoKind, id: string): HubChange {
    const { shelf, index } = this.#find(kind, id)
    const change = this.#changeOf(shelf, index, { type: 'delete' })
    shelf.remove(index)
    this.#enqueueForSearch(change)
    return change
  }

  /** Gives a repo another id; the old one redirects from now on. Dates and `sha` stay. */
  move(kind: RepoKind, from: string, to: string): HubChange {
    const { shelf, index } = this.#find(kind, from)
    if (!isSameName(from, to) && !this.isFree(kind, to)) {
      throw new Error(`A ${kind} is called ${shelf.find(to)?.id} already; expected a free name to move ${from} to`)
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

  /** Closes, opens or gates a repo. Dates and `sha` stay. */
  settings(kind: RepoKind, id: string, settings: RepoSettings): HubChange {
    const { shelf, index } = this.#find(kind, id)
    shelf.patch(index, given(settings))
    return this.#publish(shelf, index, { type: 'settings', settings })
  }

  /** Sets the numbers that move by themselves. Dates and `sha` stay. */
  counters(kind: RepoKind, id: string, counters: RepoCounters): HubChange {
    const { shelf, index } = this.#find(kind, id)
    shelf.patch(index, given(counters))
    return this.#publish(shelf, index, { type: 'counters', counters })
  }

  /** Makes a name lead to a repo, as one-word ids of the Hub's first years do. Not a change that anyone is told of. */
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
      throw new Error(`No ${kind} is called ${id}${hint}. Expected the present id of a repo that the Hub has`)
    }
    return { shelf, index: match.index, repo: shelf.repoAt(match.index, SEEN_IN_CHANGES) }
  }

  #publish(shelf: LivingShelf, index: number, what: What): HubChange {
    const change = this.#changeOf(shelf, index, what)
    this.#enqueueForSearch(change)
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

  #enqueueForSearch(change: HubChange): void {
    for (const listener of this.#listeners) listener(change)
  }
}

type Omitted = 'kind' | 'hubId' | 'id' | 'sha' | 'isPrivate' | 'atMs'
type What = HubChange extends infer Change ? (Change extends HubChange ? Omit<Change, Omitted> : never) : never

function isSameName(taken: string | undefined, wanted: string): boolean {
  return taken?.toLowerCase() === wanted.toLowerCase()
}

/** A commit cannot change what names the repo. */
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
