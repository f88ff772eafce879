import type { DueRepo, Score } from './orders.ts'

/** The due repos with the highest scores as of the last refill, and those that became due since. */
export class Shortlist {
  readonly #score: Score
  readonly #size: number
  /** By ascending score. */
  #entries: { due: DueRepo; score: number }[] = []

  constructor(score: Score, size: number) {
    this.#score = score
    this.#size = size
  }

  refill(dueRepos: Iterable<DueRepo>, nowDays: number): void {
    this.#entries = []
    for (const due of dueRepos) {
      this.add(due, nowDays)
      if (this.#entries.length > this.#size) this.#entries.shift()
    }
  }

  add(due: DueRepo, nowDays: number): void {
    const score = this.#score(due, nowDays)
    const [worst] = this.#entries
    if (this.#entries.length >= this.#size && worst !== undefined && score <= worst.score) return
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#entries[middle]?.score ?? 0) < score) low = middle + 1
      else high = middle
    }
    this.#entries.splice(low, 0, { due, score })
  }

  take(): DueRepo | undefined {
    return this.#entries.pop()?.due
  }
}
