import type { Position, SortKey, SortValue } from '../hub-server/hub-store.ts'
import type { Shelf } from './shelf.ts'

/** A shelf's numbers sorted by (value in its direction, number ascending, nulls last). */
export class SortOrder {
  readonly version: number
  readonly #shelf: Shelf
  readonly #key: SortKey
  readonly #sign: 1 | -1
  readonly #indexes: Uint32Array

  constructor(shelf: Shelf, key: SortKey, descending: boolean) {
    this.version = shelf.version
    this.#shelf = shelf
    this.#key = key
    this.#sign = descending ? -1 : 1
    const ranks = Float64Array.from({ length: shelf.size }, (_, index) => this.#rank(shelf.sortValueAt(index, key)))
    this.#indexes = Uint32Array.from(ranks.keys())
    this.#indexes.sort((a, b) => compare(ranks[a] ?? 0, ranks[b] ?? 0) || a - b)
  }

  get size(): number {
    return this.#indexes.length
  }

  /** The number of the repo that stands at a place of this order. */
  at(place: number): number {
    const index = this.#indexes[place]
    if (index === undefined) throw new RangeError(`place ${place} is outside an order of ${this.size}`)
    return index
  }

  positionOf(index: number): Position {
    return { value: this.#shelf.sortValueAt(index, this.#key), hubId: this.#shelf.hubIdAt(index) }
  }

  /** The first place behind a position. The repo that gave it may have moved or gone since. */
  placeAfter(position: Position): number {
    const rank = this.#rank(position.value)
    let low = 0
    let high = this.size
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#isBehind(this.at(middle), rank, position.hubId)) high = middle
      else low = middle + 1
    }
    return low
  }

  #isBehind(index: number, rank: number, hubId: string): boolean {
    const own = this.#rank(this.#shelf.sortValueAt(index, this.#key))
    return own === rank ? this.#shelf.hubIdAt(index) > hubId : own > rank
  }

  #rank(value: SortValue): number {
    return value === null ? Number.POSITIVE_INFINITY : value * this.#sign
  }
}

/** A difference will not do: two nulls are infinities. */
function compare(a: number, b: number): number {
  return a < b ? -1 : Number(a > b)
}
