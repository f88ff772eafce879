import type { PassCounts } from '../../catalog/passes/pass.ts'
import type { PassKind } from '../../catalog/schema.ts'
import type { CrawlEvent, PassOutcome } from '../../crawl/events.ts'

/** Speed is measured over the last seconds, to show when the Hub slows down. */
const SPEED_WINDOW_MS = 10_000

/** Measures the progress of a pass from its events. */
export class PassMeter {
  readonly kind: PassKind
  readonly resumed: boolean
  readonly expectedRepos: number | undefined
  counts: PassCounts
  outcome: PassOutcome | undefined
  readonly #samples: { atMs: number; repos: number }[]

  constructor(started: Extract<CrawlEvent, { type: 'pass-started' }>, nowMs: number) {
    this.kind = started.kind
    this.resumed = started.resumed
    this.expectedRepos = started.expectedRepos
    this.counts = started.counts
    this.#samples = [{ atMs: nowMs, repos: started.counts.repos }]
  }

  page(counts: PassCounts, nowMs: number): void {
    this.counts = counts
    this.#samples.push({ atMs: nowMs, repos: counts.repos })
    while (this.#samples.length > 2 && nowMs - (this.#samples[1]?.atMs ?? nowMs) > SPEED_WINDOW_MS) this.#samples.shift()
  }

  /** Repos per second over the last ten seconds; undefined before the second page. */
  reposPerSecond(): number | undefined {
    const first = this.#samples[0]
    const last = this.#samples.at(-1)
    if (first === undefined || last === undefined || last.atMs <= first.atMs) return undefined
    return ((last.repos - first.repos) * 1000) / (last.atMs - first.atMs)
  }

  /** From 0 to 1; undefined if the length of the list is unknown or zero, or was exceeded. */
  fraction(): number | undefined {
    if (this.outcome?.state === 'complete') return 1
    if (!this.expectedRepos || this.counts.repos > this.expectedRepos) return undefined
    return this.counts.repos / this.expectedRepos
  }

  secondsLeft(): number | undefined {
    const speed = this.reposPerSecond()
    const fraction = this.fraction()
    if (speed === undefined || speed <= 0 || fraction === undefined || this.expectedRepos === undefined) return undefined
    return (this.expectedRepos - this.counts.repos) / speed
  }
}
