import type { RepoKind } from '../../hub/kinds.ts'
import { createPicker } from '../generator/distribution.ts'
import type { MemoryStore } from '../memory-store.ts'
import { ChurnPicks, numberIn, type Pick, read } from './churn-picks.ts'
import { commitContent } from './commit-content.ts'
import type { HubChange } from './hub-change.ts'
import type { HubChanges } from './hub-changes.ts'

/**
 * Events per thousand changes. Measured on the real Hub over three days: 80 % of changes affect downloads, 17 % `lastModified`,
 * 15 % likes and 11 % the trending score, several of them at once; 2 % are removals.
 */
const pickEvent = createPicker([
  ['downloads', 800],
  ['likes', 65],
  ['trending', 40],
  ['commit', 60],
  ['create', 15],
  ['delete', 10],
  ['move', 5],
  ['settings', 5],
])

/** Scripts push and create several repos in one second, which are ties for readers that page by date. */
const BURST_SHARE = 0.1
const MAX_BURST = 4

const REUSE_SHARE = 0.25
const REMEMBERED_NAMES = 200

/** Fields that a new repo copies from an existing one. */
const COPIED = ['tags', 'pipeline_tag', 'library_name', 'cardData', 'safetensors', 'gguf', 'sdk', 'runtime']

/** Topics of draws. Those of `repo` and `greatest` also use some of the numbers after theirs. */
const Topic = { event: 1, size: 2, burst: 3, name: 4, owner: 5, choice: 6, reuse: 7, repo: 20, other: 40 } as const

interface ChurnState {
  readonly step: number
  readonly freed: readonly { readonly kind: RepoKind; readonly id: string }[]
  readonly closed: readonly (readonly [RepoKind, number])[]
}

/** Makes a sample Hub change by itself. The same seed on the same Hub makes the same changes in the same order. */
export class Churn {
  readonly #store: MemoryStore
  readonly #changes: HubChanges
  readonly #picks: ChurnPicks
  readonly #freed: { readonly kind: RepoKind; readonly id: string }[] = []
  readonly #closed: Pick[] = []

  constructor(store: MemoryStore, changes: HubChanges, seed: number) {
    this.#store = store
    this.#changes = changes
    this.#picks = new ChurnPicks(store, seed)
  }

  /** What the next steps depend on, besides the repos. */
  get state(): ChurnState {
    return { step: this.#picks.step, freed: this.#freed, closed: this.#closed.map(({ kind, index }) => [kind, index] as const) }
  }

  set state({ step, freed, closed }: ChurnState) {
    this.#picks.step = step
    this.#freed.push(...freed)
    this.#closed.push(...closed.map(([kind, index]) => ({ kind, index, shelf: this.#store.shelves[kind] })))
  }

  /** Whether no repo is left that could change. */
  get isExhausted(): boolean {
    return this.#picks.repo(Topic.repo) === undefined
  }

  /** Makes one change, or a few in the same second; sometimes none. */
  step(): HubChange[] {
    this.#picks.next()
    const event = pickEvent(this.#picks.share(Topic.event))
    if (event === 'downloads') return this.#count('downloads')
    if (event === 'likes') return this.#count('likes')
    if (event === 'trending') return this.#trend()
    if (event === 'move') return this.#move()
    if (event === 'settings') return this.#settings()
    if (event === 'delete') return this.#delete()
    const isBurst = this.#picks.share(Topic.burst) < BURST_SHARE
    const times = isBurst ? 2 + this.#picks.below(MAX_BURST - 1, Topic.size) : 1
    return Array.from({ length: times }, (_, turn) => (event === 'commit' ? this.#commit(turn) : this.#create(turn))).flat()
  }

  #count(field: 'downloads' | 'likes'): HubChange[] {
    const kinds = field === 'downloads' ? (['model', 'dataset'] as const) : undefined
    const pick = this.#picks.greatest(field, 3, Topic.repo, kinds)
    if (pick === undefined) return []
    const repo = read(pick, [field, 'downloadsAllTime', 'trendingScore'])
    const old = numberIn(repo, field)
    // Downloads are those of thirty days, so they can also decrease.
    const moved = Math.round(old * (0.9 + 0.25 * this.#picks.share(Topic.size)))
    const value = moved === old ? old + 1 : moved
    const counters =
      field === 'downloads'
        ? { downloads: value, downloadsAllTime: numberIn(repo, 'downloadsAllTime') + Math.ceil(value / 30) }
        : { likes: old + 1, trendingScore: numberIn(repo, 'trendingScore') + this.#picks.below(3, Topic.choice) }
    return [this.#changes.counters(pick.kind, repo.id, counters)]
  }

  /** Lowers the score of a trending repo or raises any other, so that the head of the listing changes often. */
  #trend(): HubChange[] {
    const isFall = this.#picks.share(Topic.choice) < 0.5
    const pick = isFall ? this.#picks.greatest('trendingScore', 8, Topic.repo) : this.#picks.repo(Topic.repo)
    if (pick === undefined) return []
    const repo = read(pick, ['trendingScore'])
    const old = numberIn(repo, 'trendingScore')
    const raised = old + Math.ceil(100 * this.#picks.share(Topic.size) ** 4)
    return [this.#changes.counters(pick.kind, repo.id, { trendingScore: isFall && old > 0 ? old >> 1 : raised })]
  }

  #commit(turn: number): HubChange[] {
    const pick = this.#picks.repo(Topic.repo + turn)
    if (pick === undefined) return []
    const { id } = read(pick, [])
    return [this.#changes.commit(pick.kind, id, commitContent(this.#picks, pick))]
  }

  #create(turn: number): HubChange[] {
    const template = this.#picks.repo(Topic.repo + turn)
    if (template === undefined) return []
    const { _id, id, ...fields } = read(template, COPIED)
    const known = Object.entries(fields).filter(([name]) => COPIED.includes(name))
    const { kind, id: wanted } = this.#freeName(template.kind, id, turn)
    // Clients may have taken it.
    if (!this.#changes.isFree(kind, wanted)) return []
    const copied = kind === template.kind ? Object.fromEntries(known) : {}
    return [this.#changes.create(kind, { ...copied, id: wanted })]
  }

  #delete(): HubChange[] {
    const pick = this.#picks.repo(Topic.repo)
    if (pick === undefined) return []
    const change = this.#changes.delete(pick.kind, read(pick, []).id)
    this.#free(change.kind, change.id)
    return [change]
  }

  /** Moves a repo to another owner, another name, or another letter case. */
  #move(): HubChange[] {
    const pick = this.#picks.repo(Topic.repo)
    if (pick === undefined) return []
    const { id } = read(pick, [])
    const name = id.split('/').at(-1) ?? id
    const owner = id.includes('/') ? id.split('/')[0] : 'newcomer'
    const share = this.#picks.share(Topic.choice)
    const renamed = `${owner}/${name.slice(0, 80).replace(/-v\d+$/, '')}-v${this.#picks.step}`
    const cased = `${owner}/${swapCase(name)}`
    const moved = `${this.#owner()}/${name}`
    const to = share < 0.5 ? moved : share < 0.85 || cased === id ? renamed : cased
    const taken = pick.shelf.find(to)
    const wanted = taken === undefined || taken.index === pick.index ? to : renamed
    if (wanted === renamed && !this.#changes.isFree(pick.kind, renamed)) return []
    const change = this.#changes.move(pick.kind, id, wanted)
    this.#free(pick.kind, id)
    return [change]
  }

  /** Hidden repos are mostly shown again later. */
  #settings(): HubChange[] {
    if (this.#closed.length > 0 && this.#picks.share(Topic.reuse) < 0.5) {
      const [pick] = this.#closed.splice(this.#picks.below(this.#closed.length, Topic.size), 1)
      if (pick === undefined || !pick.shelf.isLive(pick.index)) return []
      return [this.#changes.settings(pick.kind, read(pick, []).id, { private: false, disabled: false })]
    }
    const pick = this.#picks.repo(Topic.repo)
    if (pick === undefined) return []
    const { id, gated } = read(pick, ['gated'])
    const share = this.#picks.share(Topic.choice)
    if (share < 0.4) return [this.#changes.settings(pick.kind, id, { gated: gated === 'auto' ? false : 'auto' })]
    this.#closed.push(pick)
    return [this.#changes.settings(pick.kind, id, share < 0.85 ? { private: true } : { disabled: true })]
  }

  #freeName(kind: RepoKind, likeId: string, turn: number): { kind: RepoKind; id: string } {
    const isReuse = this.#freed.length > 0 && this.#picks.share(Topic.reuse) < REUSE_SHARE
    if (isReuse) {
      const [freed] = this.#freed.splice(this.#picks.below(this.#freed.length, Topic.size), 1)
      if (freed !== undefined && this.#changes.isFree(freed.kind, freed.id)) return freed
    }
    const stem = (likeId.split('/').at(-1) ?? 'repo').replace(/-[0-9a-z]+$/, '').slice(0, 60)
    return { kind, id: `${this.#owner()}/${stem}-n${this.#picks.step.toString(36)}${turn === 0 ? '' : `-${turn}`}` }
  }

  /** An existing owner, or sometimes a new one. */
  #owner(): string {
    const pick = this.#picks.repo(Topic.other)
    const id = pick === undefined ? '' : read(pick, []).id
    const isNew = this.#picks.share(Topic.owner) < 0.3 || !id.includes('/')
    return isNew ? `newcomer-${this.#picks.below(1_000_000, Topic.name)}` : (id.split('/')[0] ?? 'newcomer')
  }

  #free(kind: RepoKind, id: string): void {
    this.#freed.push({ kind, id })
    if (this.#freed.length > REMEMBERED_NAMES) this.#freed.shift()
  }
}

function swapCase(text: string): string {
  const upper = text.toUpperCase()
  return text === upper ? text.toLowerCase() : upper
}
