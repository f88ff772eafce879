const TELL_EVERY_MS = 60_000

/** Tells of what strangers do wrong: the first at once, then how many there were, at most once a minute. */
export class RateLimitedReport {
  readonly #report: (count: number) => void
  readonly #now: () => number
  #count = 0
  #toldAt = Number.NEGATIVE_INFINITY

  constructor(report: (count: number) => void, now: () => number) {
    this.#report = report
    this.#now = now
  }

  count(): void {
    this.#count++
    if (this.#now() - this.#toldAt < TELL_EVERY_MS) return
    this.#report(this.#count)
    this.#count = 0
    this.#toldAt = this.#now()
  }
}
