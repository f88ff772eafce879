import type { RepoKind } from '../../hub/kinds.ts'
import type { HubRepo, WantedFields } from '../../hub-server/hub-store.ts'
import { beginConversion, CONVERSION_FIELD } from '../contents/conversion.ts'
import { MADE_FROM_FIELD, madeFrom } from '../contents/made-from.ts'
import { PARQUET_FIELD } from '../contents/parquet-plan.ts'
import { isoSecond } from '../generator/iso-second.ts'
import { COMMITTED_FIELDS, contentOf, type Histories } from '../history/histories.ts'
import type { MemoryStore } from '../memory-store.ts'
import type { LivingShelf } from '../shelves/living-shelf.ts'
import type { HubChange, HubChangeListener, RepoCounters, RepoSettings } from './hub-change.ts'
import { type NewRepoFields, newRepo, shaOf } from './new-repo.ts'

/** Internal field of a repo, never served: the names of the users that like it through the API. */
export const LIKERS_FIELD = 'likers'

/** The content of a commit in addition to `sha` and `lastModified`. */
export interface CommitContent {
  /** Changed fields of the Hub's detail response; undefined removes one. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined
  /** All files after the commit. @default unchanged */
  readonly siblings?: readonly { readonly rfilename: string; readonly [field: string]: unknown }[] | undefined
  /** @default 'Update files' */
  readonly title?: string | undefined
  readonly message?: string | undefined
  /** @default the owner of the repo */
  readonly author?: string | undefined
}

interface Match {
  readonly shelf: LivingShelf
  readonly index: number
  readonly repo: HubRepo
}

const SEEN_IN_CHANGES = { names: new Set(['sha', 'private', PARQUET_FIELD, CONVERSION_FIELD, MADE_FROM_FIELD]), blobs: false }
const SEEN_IN_COMMITS = {
  names: new Set([...SEEN_IN_CHANGES.names, ...COMMITTED_FIELDS, 'author', 'createdAt', 'lastModified']),
  blobs: true,
}

/** Makes immediate, atomic changes to the repos of a running sample Hub. Repos are named by their current id. */
export class HubChanges {
  readonly #store: MemoryStore
  readonly #now: () => number
  readonly #conversionDelayMs: number
  readonly #listeners = new Set<HubChangeListener>()
  readonly #commits = new Map<string, number>()
  readonly #histories: Histories
  #created = 0

  /** @param now the Hub's clock, in milliseconds since 1970 */
  constructor(store: MemoryStore, now: () => number, histories: Histories, conversionDelayMs = 0) {
    this.#store = store
    this.#now = now
    this.#histories = histories
    this.#conversionDelayMs = conversionDelayMs
  }

  /** What makes the next ids and hashes new. */
  get state(): { created: number; commits: [string, number][] } {
    return { created: this.#created, commits: [...this.#commits] }
  }

  set state({ created, commits }: { created: number; commits: readonly (readonly [string, number])[] }) {
    this.#created = created
    for (const [hubId, count] of commits) this.#commits.set(hubId, count)
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
  commit(kind: RepoKind, id: string, { fields = {}, siblings, ...said }: CommitContent = {}): HubChange {
    const { shelf, index, repo } = this.#find(kind, id, SEEN_IN_COMMITS)
    const patch = {
      sha: this.nextSha(repo._id),
      lastModified: isoSecond(this.#now()),
      ...(siblings === undefined ? withMadeCard(repo, fields) : { siblings }),
      ...this.#conversion(kind, repo),
      ...withoutIdentity(fields),
    }
    shelf.patch(index, patch)
    this.#histories.record(repo, {
      sha: patch.sha,
      atMs: this.#now(),
      title: said.title ?? 'Update files',
      message: said.message ?? '',
      author: said.author ?? textOf(repo['author']) ?? repo.id,
      content: contentOf({ ...repo, ...patch }),
    })
    return this.#publish(shelf, index, { type: 'commit', oldSha: textOf(repo['sha']) })
  }

  /** The `sha` for the next commit of a repo, on any branch. */
  nextSha(hubId: string): string {
    const commit = (this.#commits.get(hubId) ?? 0) + 1
    this.#commits.set(hubId, commit)
    return shaOf(hubId, commit)
  }

  /** Removes a repo with all names that led to it. */
  delete(kind: RepoKind, id: string): HubChange {
    const { shelf, index } = this.#find(kind, id)
    const change = this.#changeOf(shelf, index, { type: 'delete' })
    shelf.remove(index)
    this.#histories.delete(change.hubId)
    this.#emit(change)
    return change
  }

  /** Gives a repo another id; the old one redirects from now on. Dates and `sha` do not change. */
  move(kind: RepoKind, from: string, to: string): HubChange {
    const { shelf, index, repo } = this.#find(kind, from)
    if (!isSameName(from, to) && !this.isFree(kind, to)) {
      throw new Error(`The name ${shelf.find(to)?.id} is taken by a ${kind}; expected a free name to move ${from} to`)
    }
    const slash = to.indexOf('/')
    shelf.patch(index, {
      id: to,
      [MADE_FROM_FIELD]: madeFrom(repo),
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

  /** Sets who likes a repo. Readers only notice the number. */
  likers(kind: RepoKind, id: string, likers: readonly string[], likes: number): HubChange {
    const { shelf, index } = this.#find(kind, id)
    shelf.patch(index, { [LIKERS_FIELD]: likers, likes })
    return this.#publish(shelf, index, { type: 'counters', counters: { likes } })
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

  #find(kind: RepoKind, id: string, fields: WantedFields = SEEN_IN_CHANGES): Match {
    const shelf = this.#store.shelves[kind]
    const match = shelf.find(id)
    if (match?.id !== id) {
      const hint = match === undefined ? '' : `; the name leads to ${match.id}`
      throw new Error(`There is no ${kind} ${id}${hint}. Expected the current id of a repo on the Hub`)
    }
    return { shelf, index: match.index, repo: shelf.repoAt(match.index, fields) }
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

/** A README that a client committed gives way to one that agrees with the new card. */
function withMadeCard({ siblings }: HubRepo, fields: object): Record<string, unknown> {
  if (!('cardData' in fields) || !Array.isArray(siblings)) return {}
  const isReadme = (file: unknown) => (file as { rfilename?: unknown } | null)?.rfilename === 'README.md'
  return { siblings: siblings.map((file) => (isReadme(file) ? { rfilename: 'README.md' } : file)) }
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
