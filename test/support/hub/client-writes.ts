import { createHubClient, type HubClient } from '../../../src/hub/client.ts'
import { ForeignRedirect, NotAuthorized, Refused, RepoNotFound } from '../../../src/hub/errors.ts'
import { REPO_KINDS, type RepoKind } from '../../../src/hub/kinds.ts'
import { createDraw } from '../../../src/sample-hub/generator/draw.ts'

export interface Written {
  readonly kind: RepoKind
  readonly id: string
}

/**
 * A client that changes a Hub with random requests, one after the other. The same seed sends the same requests while the
 * answers are the same.
 */
export class ClientWriter {
  /** Requests by what they did: done, or refused because the thing has changed or gone. */
  readonly counts: Record<string, { done: number; refused: number }> = {}
  readonly #hub: HubClient
  readonly #owner: string
  readonly #draw: ReturnType<typeof createDraw>
  /** What this writer believes to exist. Churn moves and deletes repos meanwhile. */
  readonly #own = { repos: [] as Written[], slugs: [] as string[], webhooks: [] as string[] }
  /** What the request at hand is about. */
  #used: { repo?: Written; slug?: string } = {}
  #step = 0

  /** @param token of the user `owner` */
  constructor(endpoint: string, { owner, token, seed }: { owner: string; token: string; seed: number }) {
    this.#hub = createHubClient({ endpoint, token, retries: 0 })
    this.#owner = owner
    this.#draw = createDraw(seed)
  }

  get repos(): readonly Written[] {
    return this.#own.repos
  }

  async close(): Promise<void> {
    await this.#hub.close()
  }

  /** Sends one request, or two. @throws any failure of the Hub that is no refusal */
  async step(): Promise<void> {
    this.#step++
    const names = Object.keys(this.#actions)
    const name = names[this.#below(names.length, 0)] ?? ''
    this.#used = {}
    const count = this.counts[name] ?? { done: 0, refused: 0 }
    this.counts[name] = count
    try {
      await this.#actions[name]?.()
      count.done++
    } catch (error) {
      const isRefusal = [Refused, NotAuthorized, RepoNotFound, ForeignRedirect].some((refusal) => error instanceof refusal)
      if (!isRefusal) throw error
      count.refused++
      // Missing ones would be refused again and again.
      if (error instanceof RepoNotFound || error instanceof ForeignRedirect) this.#forget()
    }
  }

  readonly #actions: Readonly<Record<string, () => Promise<unknown>>> = {
    create: async () => {
      const kind = this.#pick(REPO_KINDS, 1)
      const id = `${this.#owner}/${kind}-${this.#below(60, 2)}`
      const sdk = kind === 'space' ? 'static' : undefined
      // Even if the name is taken: it is this owner's then.
      this.#own.repos.push({ kind, id })
      await this.#hub.createRepo(kind, { id, license: 'mit', sdk, private: this.#below(8, 3) === 0 })
    },
    upload: () => {
      const path = this.#pick(['README.md', 'a.txt', 'data/b.bin', 'data/c.safetensors', 'data'], 4)
      const content = Buffer.from(path === 'README.md' ? `---\nlicense: mit\ntags: [t${this.#step}]\n---\n` : `${this.#step}`)
      return this.#commit([{ path, content }])
    },
    deleteFile: () => this.#commit([{ path: this.#pick(['a.txt', 'data/b.bin'], 4), delete: 'file' }]),
    branch: async () => {
      const { kind, id } = this.#repo()
      await this.#hub.files.createRef(kind, id, this.#pick(['branch', 'tag'], 5), { name: `ref-${this.#below(4, 6)}` })
    },
    unbranch: async () => {
      const { kind, id } = this.#repo()
      await this.#hub.files.deleteRef(kind, id, this.#pick(['branch', 'tag'], 5), `ref-${this.#below(4, 6)}`)
    },
    move: async () => {
      const { kind, id } = this.#repo()
      const to = `${this.#owner}/${kind}-${this.#below(60, 2)}`
      await this.#hub.moveRepo(kind, id, to)
      this.#forget()
      this.#own.repos.push({ kind, id: to })
    },
    settings: async () => {
      const { kind, id } = this.#repo()
      const gated = this.#pick(['auto', 'manual', false] as const, 7)
      await this.#hub.updateRepoSettings(kind, id, { private: this.#below(3, 3) === 0, gated })
    },
    duplicate: async () => {
      const { kind, id } = this.#repo()
      const to = `${this.#owner}/${kind}-${this.#below(60, 2)}`
      await this.#hub.duplicateRepo(kind, id, { to })
      this.#own.repos.push({ kind, id: to })
    },
    like: async () => {
      const { kind, id } = this.#repo()
      await this.#hub.likeRepo(kind, id, this.#below(2, 3) === 0)
    },
    delete: async () => {
      const { kind, id } = this.#repo()
      if (this.#below(3, 3) > 0) return
      await this.#hub.deleteRepo(kind, id)
      this.#forget()
    },
    collect: async () => {
      const title = `List ${this.#below(20, 2)}`
      try {
        this.#own.slugs.push((await this.#hub.collections.create({ title, namespace: this.#owner })).slug)
      } catch (error) {
        const slug = error instanceof Refused ? error.answer?.['slug'] : undefined
        if (typeof slug === 'string') this.#own.slugs.push(slug)
        throw error
      }
    },
    addItem: async () => {
      const { kind, id } = this.#repo()
      await this.#hub.collections.addItem(this.#slug(), { type: kind, id, note: `${this.#step}` })
    },
    moveItem: async () => {
      const slug = this.#slug()
      const { items } = await this.#hub.collections.get(slug)
      const item = items[this.#below(Math.max(1, items.length), 2)]
      if (item !== undefined) await this.#hub.collections.updateItem(slug, item.itemId, { position: this.#below(5, 3) })
    },
    removeItem: async () => {
      const slug = this.#slug()
      const { items } = await this.#hub.collections.get(slug)
      const item = items[this.#below(Math.max(1, items.length), 2)]
      if (item !== undefined) await this.#hub.collections.deleteItem(slug, item.itemId)
    },
    retitle: async () => {
      await this.#hub.collections.update(this.#slug(), { title: `List ${this.#below(20, 2)} again`, position: 1 })
    },
    uncollect: async () => {
      if (this.#below(3, 3) > 0) return
      await this.#hub.collections.delete(this.#slug())
      this.#forget()
    },
    webhook: async () => {
      const watched = [{ type: 'user', name: this.#owner } as const]
      const { id } = await this.#hub.webhooks.create({ url: 'http://127.0.0.1:9/', watched })
      this.#own.webhooks.push(id)
    },
    unhook: async () => {
      const id = this.#own.webhooks.shift()
      if (id !== undefined) await this.#hub.webhooks.delete(id)
    },
  }

  async #commit(changes: Parameters<HubClient['files']['commit']>[2]['changes']): Promise<void> {
    const { kind, id } = this.#repo()
    const revision = this.#below(4, 8) === 0 ? `ref-${this.#below(4, 6)}` : 'main'
    const createPullRequest = this.#below(8, 9) === 0
    await this.#hub.files.commit(kind, id, { title: `Step ${this.#step}`, changes, revision, createPullRequest })
  }

  #repo(): Written {
    const repo = this.#pick(this.#own.repos, 10) ?? { kind: 'model', id: `${this.#owner}/none` }
    this.#used.repo = repo
    return repo
  }

  #slug(): string {
    const slug = this.#pick(this.#own.slugs, 11) ?? `${this.#owner}/none-${'0'.repeat(24)}`
    this.#used.slug = slug
    return slug
  }

  #forget(): void {
    const { repo, slug } = this.#used
    this.#own.repos = this.#own.repos.filter((one) => one !== repo)
    this.#own.slugs = this.#own.slugs.filter((one) => one !== slug)
  }

  #pick<Value>(values: readonly Value[], topic: number): Value {
    return values[this.#below(values.length, topic)] as Value
  }

  #below(limit: number, topic: number): number {
    return Math.floor(this.#draw(this.#step, topic) * limit)
  }
}
