import type { Position, SortKey, SortValue } from '../../hub-server/hub-store.ts'

/** The repos that an order sorts, by index. */
export interface SortedRepos {
  /** One more than the greatest index. */
  readonly end: number
  isLive(index: number): boolean
  hubIdAt(index: number): string
  sortValueAt(index: number, key: SortKey): SortValue
  /** Negative when the `_id` of the first is smaller. */
  compareHubIds(a: number, b: number): number
}

/** Spare room for new repos, so that not every insertion reallocates. */
const SPARE_PLACES = 1024

/**
 * The indexes of all live repos, sorted by (value in its direction, `_id` ascending, nulls last). A change is a binary search
 * and a shift of memory, about 20 µs for 100,000 repos, where sorting from scratch takes 60 ms.
 */
export class SortOrder {
  readonly key: SortKey
  readonly #repos: SortedRepos
  readonly #sign: 1 | -1
  #indexes: Uint32Array
  #size: number

  constructor(repos: SortedRepos, key: SortKey, descending: boolean) {
    this.#repos = repos
    this.key = key
    this.#sign = descending ? -1 : 1
    const live = Array.from({ length: repos.end }, (_, index) => index).filter((index) => repos.isLive(index))
    const ranks: Rank[] | Float64Array = key === 'id' ? [] : new Float64Array(repos.end)
    for (const index of live) ranks[index] = this.#rank(repos.sortValueAt(index, key))
    this.#size = live.length
    this.#indexes = new Uint32Array(live.length + SPARE_PLACES)
    this.#indexes.set(live)
    const used = this.#indexes.subarray(0, live.length)
    used.sort((a, b) => this.#compare(ranks[a] ?? 0, ranks[b] ?? 0) || repos.compareHubIds(a, b))
  }

  get size(): number {
    return this.#size
  }

  /** The index of the repo at a place of this order. */
  at(place: number): number {
    const index = place < this.#size ? this.#indexes[place] : undefined
    if (index === undefined) throw new RangeError(`place ${place} is outside an order of ${this.size}`)
    return index
  }

  positionOf(index: number): Position {
    return { value: this.#repos.sortValueAt(index, this.key), hubId: this.#repos.hubIdAt(index) }
  }

  /** The first place after a position. The repo that it came from may have moved or gone since. */
  placeAfter(position: Position): number {
    const rank = this.#rank(position.value)
    let low = 0
    let high = this.#size
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#isBehind(this.at(middle), rank, position.hubId)) high = middle
      else low = middle + 1
    }
    return low
  }

  /** Inserts a repo at the place of its current value. */
  insert(index: number): void {
    const place = this.placeAfter(this.positionOf(index))
    if (this.#size === this.#indexes.length) this.#grow()
    this.#indexes.copyWithin(place + 1, place, this.#size)
    this.#indexes[place] = index
    this.#size++
  }

  /** Removes a repo. Call this before its value changes. */
  remove(index: number): void {
    const place = this.placeAfter(this.positionOf(index)) - 1
    if (place < 0 || this.at(place) !== index) throw new Error(`repo ${index} is not where its ${this.key} puts it`)
    this.#indexes.copyWithin(place, place + 1, this.#size)
    this.#size--
  }

  #grow(): void {
    const larger = new Uint32Array(Math.ceil(this.#size * 1.25) + SPARE_PLACES)
    larger.set(this.#indexes)
    this.#indexes = larger
  }

  #isBehind(index: number, rank: Rank, hubId: string): boolean {
    const own = this.#rank(this.#repos.sortValueAt(index, this.key))
    return own === rank ? this.#repos.hubIdAt(index) > hubId : this.#compare(own, rank) > 0
  }

  #rank(value: SortValue): Rank {
    if (typeof value === 'string') return value
    return value === null ? Number.POSITIVE_INFINITY : value * this.#sign
  }

  /** Ranks that are texts have no sign, so the direction is applied here. */
  #compare(a: Rank, b: Rank): number {
    return typeof a === 'string' ? this.#sign * compare(a, b) : compare(a, b)
  }
}

/** Numbers and dates with the sign of the direction, so that they ascend; texts as they are. */
type Rank = number | string

/** Not a subtraction: nulls are infinities. */
function compare(a: Rank, b: Rank): number {
  return a < b ? -1 : Number(a > b)
}
