import type { RepoKind } from '../../hub/kinds.ts'
import type { HubRepo } from '../../hub-server/hub-store.ts'
import { CREATOR_FIELD } from '../../hub-server/people/permissions.ts'
import { DETAIL_FIELDS } from '../../hub-server/repo-fields.ts'
import type { Duplicate, NewRepo, RepoWriter, WritableSettings } from '../../hub-server/repo-writer.ts'
import { README_FIELD } from '../contents/card-text.ts'
import { MADE_FROM_FIELD, madeFrom } from '../contents/made-from.ts'
import { PARQUET_FIELD } from '../contents/parquet-plan.ts'
import type { Blobs } from '../history/blobs.ts'
import { firstFiles } from '../history/first-files.ts'
import type { MemoryStore } from '../memory-store.ts'
import { type HubChanges, LIKERS_FIELD } from './hub-changes.ts'

/** What a duplicate has of its own. */
const OWN_FIELDS = ['_id', 'id', 'modelId', 'author', 'createdAt', 'lastModified', 'likes', 'downloads', 'gated', 'spaces']

/** Implements the Hub's write routes by a sample Hub's changes. */
export class MemoryWriter implements RepoWriter {
  readonly #store: MemoryStore
  readonly #changes: HubChanges
  readonly #blobs: Blobs

  constructor(store: MemoryStore, changes: HubChanges, blobs: Blobs) {
    this.#store = store
    this.#changes = changes
    this.#blobs = blobs
  }

  async create(kind: RepoKind, { id, private: isPrivate, sdk, license, files, creator }: NewRepo): Promise<string | undefined> {
    if (!this.#changes.isFree(kind, id)) return undefined
    const card = { ...(license === undefined ? {} : { license }), ...(sdk === undefined ? {} : { sdk }) }
    const { hubId } = this.#changes.create(kind, {
      id,
      private: isPrivate,
      [CREATOR_FIELD]: creator,
      ...(sdk === undefined ? {} : { sdk }),
      ...(Object.keys(card).length === 0 ? {} : { cardData: card }),
      ...(license === undefined ? {} : { tags: [...(sdk === undefined ? [] : [sdk]), `license:${license}`, 'region:us'] }),
      ...firstFiles(kind, files, this.#blobs),
    })
    return hubId
  }

  async delete(kind: RepoKind, id: string): Promise<void> {
    this.#changes.delete(kind, id)
  }

  async move(kind: RepoKind, from: string, to: string): Promise<boolean> {
    const isSameRepo = from.toLowerCase() === to.toLowerCase()
    if (!isSameRepo && !this.#changes.isFree(kind, to)) return false
    this.#changes.move(kind, from, to)
    return true
  }

  async settings(kind: RepoKind, id: string, settings: WritableSettings): Promise<void> {
    this.#changes.settings(kind, id, settings)
  }

  async duplicate(kind: RepoKind, id: string, { id: to, private: isPrivate, creator }: Duplicate): Promise<boolean> {
    if (!this.#changes.isFree(kind, to)) return false
    const names = [...DETAIL_FIELDS[kind], README_FIELD, PARQUET_FIELD, MADE_FROM_FIELD]
    const original = this.#repo(kind, id, names)
    const copied = names.filter((name) => !OWN_FIELDS.includes(name) && original[name] !== undefined)
    this.#changes.create(kind, {
      ...Object.fromEntries(copied.map((name) => [name, original[name]])),
      id: to,
      [MADE_FROM_FIELD]: madeFrom(original),
      [CREATOR_FIELD]: creator,
      ...(isPrivate === undefined ? {} : { private: isPrivate }),
    })
    return true
  }

  async like(kind: RepoKind, id: string, user: string, isLiked: boolean): Promise<void> {
    const repo = this.#repo(kind, id, [LIKERS_FIELD, 'likes'])
    const likers = Array.isArray(repo[LIKERS_FIELD]) ? repo[LIKERS_FIELD] : []
    if (likers.includes(user) === isLiked) return
    const likes = typeof repo['likes'] === 'number' ? repo['likes'] : 0
    const others = likers.filter((one) => one !== user)
    this.#changes.likers(kind, id, isLiked ? [...others, user] : others, Math.max(0, likes + (isLiked ? 1 : -1)))
  }

  #repo(kind: RepoKind, id: string, names: readonly string[]): HubRepo {
    const shelf = this.#store.shelves[kind]
    const index = shelf.find(id)?.index
    if (index === undefined) throw new Error(`There is no ${kind} ${id}. Expected the current id of a repo on the Hub`)
    return shelf.repoAt(index, { names: new Set(names), blobs: true })
  }
}
