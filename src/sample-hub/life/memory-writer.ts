import type { RepoKind } from '../../hub/kinds.ts'
import type { NewRepo, RepoWriter, WritableSettings } from '../../hub-server/repo-writer.ts'
import { README_FIELD } from '../contents/card-text.ts'
import type { MemoryStore } from '../memory-store.ts'
import type { HubChanges } from './hub-changes.ts'

/** The Hub's write routes over a sample Hub's changes. Names lead to repos as they do for readers, former ones too. */
export class MemoryWriter implements RepoWriter {
  readonly #store: MemoryStore
  readonly #changes: HubChanges

  constructor(store: MemoryStore, changes: HubChanges) {
    this.#store = store
    this.#changes = changes
  }

  async create(kind: RepoKind, { id, private: isPrivate, sdk, license, readme }: NewRepo): Promise<string | undefined> {
    if (!this.#changes.isFree(kind, id)) return undefined
    const card = { ...(license === undefined ? {} : { license }), ...(sdk === undefined ? {} : { sdk }) }
    const { hubId } = this.#changes.create(kind, {
      id,
      private: isPrivate,
      ...(sdk === undefined ? {} : { sdk }),
      ...(Object.keys(card).length === 0 ? {} : { cardData: card }),
      ...(license === undefined
        ? {}
        : { tags: [...(sdk === undefined ? [] : [sdk]), `license:${license}`, 'region:us'] }),
      ...(readme === undefined ? {} : { [README_FIELD]: { text: readme } }),
    })
    return hubId
  }

  async delete(kind: RepoKind, id: string): Promise<boolean> {
    const present = this.#presentId(kind, id)
    if (present !== undefined) this.#changes.delete(kind, present)
    return present !== undefined
  }

  async move(kind: RepoKind, from: string, to: string): Promise<'moved' | 'missing' | 'taken'> {
    const present = this.#presentId(kind, from)
    if (present === undefined) return 'missing'
    const isSameRepo = present.toLowerCase() === to.toLowerCase()
    if (!isSameRepo && !this.#changes.isFree(kind, to)) return 'taken'
    this.#changes.move(kind, present, to)
    return 'moved'
  }

  async settings(kind: RepoKind, id: string, settings: WritableSettings): Promise<boolean> {
    const present = this.#presentId(kind, id)
    if (present !== undefined) this.#changes.settings(kind, present, settings)
    return present !== undefined
  }

  #presentId(kind: RepoKind, id: string): string | undefined {
    return this.#store.shelves[kind].find(id)?.id
  }
}
