import { REPO_KINDS, type RepoKind } from '../../hub/kinds.ts'
import type { HubRepo } from '../../hub-server/hub-store.ts'
import { createDraw, type Draw } from '../generator/draw.ts'
import type { MemoryStore } from '../memory-store.ts'
import type { LivingShelf } from '../shelves/living-shelf.ts'

export interface Pick {
  readonly kind: RepoKind
  readonly shelf: LivingShelf
  readonly index: number
}

/** Few repos are deleted, so that a few random tries find a live one; after this many all repos are scanned. */
const TRIES = 40
/** Keeps the topics of tries apart from those of callers. */
const TRY_TOPIC = 1_000

/** Random choices that are determined by the seed. Each step draws new numbers. */
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

  /** Continues after an earlier run. */
  set step(step: number) {
    this.#step = step
  }

  next(): void {
    this.#step++
  }

  /** A number in [0, 1) of this step. */
  share(topic: number): number {
    return this.#draw(this.#step, topic)
  }

  below(limit: number, topic: number): number {
    return Math.floor(this.share(topic) * limit)
  }

  oneOf<Value>(values: readonly Value[], topic: number): Value | undefined {
    return values[this.below(values.length, topic)]
  }

  /** A random live repo of these kinds; undefined when there is none. */
  repo(topic: number, kinds: readonly RepoKind[] = REPO_KINDS): Pick | undefined {
    const shelves = kinds.map((kind) => this.#store.shelves[kind])
    const end = shelves.reduce((sum, shelf) => sum + shelf.end, 0)
    for (let attempt = 0; attempt < TRIES && end > 0; attempt++) {
      let place = this.below(end, topic * TRY_TOPIC + attempt)
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

  /** The repo with the highest value of a field among several random ones: popular repos change most. */
  greatest(field: string, tries: number, topic: number, kinds?: readonly RepoKind[]): Pick | undefined {
    let best: { pick: Pick; value: number } | undefined
    for (let attempt = 0; attempt < tries; attempt++) {
      const pick = this.repo(topic + attempt, kinds)
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
