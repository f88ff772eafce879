import { REPO_KINDS, type RepoKind } from '../../hub/kinds.ts'
import type { HubRepo } from '../../hub-server/hub-store.ts'
import { createDraw, type Draw } from '../generator/draw.ts'
import type { MemoryStore } from '../memory-store.ts'
import type { LivingShelf } from '../shelves/living-shelf.ts'

/** A repo that a change is to happen to. */
export interface Pick {
  readonly kind: RepoKind
  readonly shelf: LivingShelf
  readonly index: number
}

/** Few repos are ever gone, so that a second look mostly finds one; past this all are looked through. */
const LOOKS = 40
/** Apart from the topics that callers draw by. */
const LOOK_TOPIC = 1_000

/** Chooses by chance, always the same for one seed. Each step of a Hub's life draws numbers of its own. */
export class ChurnPicks {
  readonly #store: MemoryStore
  readonly #draw: Draw
  #step = 0

  constructor(store: MemoryStore, seed: number) {
    this.#store = store
    this.#draw = createDraw(seed)
  }

  get step(): number {
    return this.#step
  }

  next(): void {
    this.#step++
  }

  /** A number in [0, 1) of this step. */
  share(topic: number): number {
    return this.#draw(this.#step, topic)
  }

  /** A whole number below the limit. */
  below(limit: number, topic: number): number {
    return Math.floor(this.share(topic) * limit)
  }

  oneOf<Value>(values: readonly Value[], topic: number): Value | undefined {
    return values[this.below(values.length, topic)]
  }

  /** Any live repo of these kinds, each as likely; undefined when there is none. */
  repo(topic: number, kinds: readonly RepoKind[] = REPO_KINDS): Pick | undefined {
    const shelves = kinds.map((kind) => this.#store.shelves[kind])
    const end = shelves.reduce((sum, shelf) => sum + shelf.end, 0)
    for (let look = 0; look < LOOKS && end > 0; look++) {
      let place = this.below(end, topic * LOOK_TOPIC + look)
      for (const shelf of shelves) {
        if (place < shelf.end) {
          if (shelf.isLive(place)) return { kind: shelf.kind, shelf, index: place }
          break
        }
        place -= shelf.end
      }
    }
    for (const shelf of shelves) for (const index of shelf.indexes()) return { kind: shelf.kind, shelf, index }
    return undefined
  }

  /** Of several repos the one that has most of a field: what is popular moves most. */
  greatest(field: string, looks: number, topic: number, kinds?: readonly RepoKind[]): Pick | undefined {
    let best: { pick: Pick; value: number } | undefined
    for (let look = 0; look < looks; look++) {
      const pick = this.repo(topic + look, kinds)
      const value = pick === undefined ? 0 : numberIn(read(pick, [field]), field)
      if (pick !== undefined && (best === undefined || value > best.value)) best = { pick, value }
    }
    return best?.pick
  }
}

export function read({ shelf, index }: Pick, names: readonly string[]): HubRepo {
  return shelf.repoAt(index, { names: new Set(names), blobs: true })
}

export function numberIn(repo: HubRepo, field: string): number {
  const value = repo[field]
  return typeof value === 'number' ? value : 0
}
