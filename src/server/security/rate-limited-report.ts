const INTERVAL_MS = 60_000

/** Counts what strangers do wrong. The first is reported at once, then the count at most once per minute. */
export class RateLimitedReport {
  readonly #report: (count: number) => void
  readonly #now: () => number
  #count = 0
  #reportedAt = Number.NEGATIVE_INFINITY

  constructor(report: (count: number) => void, now: () => number) {
    this.#report = report
    this.#now = now
  }

  count(): void {
    this.#count++
    if (this.#now() - this.#reportedAt < INTERVAL_MS) return
    this.#report(this.#count)
    this.#count = 0
    this.#reportedAt = this.#now()
  }
}
