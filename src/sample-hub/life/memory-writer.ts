import type { RepoKind } from '../../hub/kinds.ts'
import type { NewRepo, RepoWriter, WritableSettings } from '../../hub-server/repo-writer.ts'
import { README_FIELD } from '../contents/card-text.ts'
import type { MemoryStore } from '../memory-store.ts'
import type { HubChanges } from './hub-changes.ts'

/** Implements the Hub's write routes by a sample Hub's changes. As for readers, former names lead to repos, too. */
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
      ...(license === undefined ? {} : { tags: [...(sdk === undefined ? [] : [sdk]), `license:${license}`, 'region:us'] }),
      ...(readme === undefined ? {} : { [README_FIELD]: { text: readme } }),
    })
    return hubId
  }

  async delete(kind: RepoKind, id: string): Promise<boolean> {
    const current = this.#currentId(kind, id)
    if (current !== undefined) this.#changes.delete(kind, current)
    return current !== undefined
  }

  async move(kind: RepoKind, from: string, to: string): Promise<'moved' | 'missing' | 'taken'> {
    const current = this.#currentId(kind, from)
    if (current === undefined) return 'missing'
    const isSameRepo = current.toLowerCase() === to.toLowerCase()
    if (!isSameRepo && !this.#changes.isFree(kind, to)) return 'taken'
    this.#changes.move(kind, current, to)
    return 'moved'
  }

  async settings(kind: RepoKind, id: string, settings: WritableSettings): Promise<boolean> {
    const current = this.#currentId(kind, id)
    if (current !== undefined) this.#changes.settings(kind, current, settings)
    return current !== undefined
  }

  #currentId(kind: RepoKind, id: string): string | undefined {
    return this.#store.shelves[kind].find(id)?.id
  }
}
