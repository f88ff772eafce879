import pTimeout from 'p-timeout'
import { singleFlight } from './single-flight.ts'

export interface StaleWhileRevalidateOptions {
  /** How long an answer is fresh. */
  ttlMs: number
  /** How long a caller waits for a new answer before it gets the last one. */
  waitMs: number
  /** Delay after a failed load before the next one. @default 5,000 */
  retryAfterMs?: number
  /** A load that takes longer counts as failed until it ends. @default 30,000 */
  timeoutMs?: number
  /** Called for the first failure after a success, not again until a load succeeds. */
  onFailure(error: unknown): void
  onRecovery(): void
  /** A monotonic clock in milliseconds. @default performance.now */
  now?: () => number
}

export interface LastAnswer<Answer> {
  /** Undefined until the first load succeeds. */
  answer: Answer | undefined
  /** Whether the last load succeeded. */
  isUp: boolean
}

/** Stale-while-revalidate for a slow source: returns the last answer rather than let callers wait for long. */
export class StaleWhileRevalidate<Answer> {
  readonly #load: () => Promise<Answer>
  readonly #options: StaleWhileRevalidateOptions
  readonly #now: () => number
  #answer: Answer | undefined
  #loadedAtMs = Number.NEGATIVE_INFINITY
  #startedAtMs: number | undefined
  #isUp = false
  #hasReportedFailure = false

  constructor(load: () => Promise<Answer>, options: StaleWhileRevalidateOptions) {
    this.#load = singleFlight(() => this.#loadNow(load))
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
  }

  /** Never throws, and never takes much longer than `waitMs`. */
  async get(): Promise<LastAnswer<Answer>> {
    const { ttlMs, waitMs, retryAfterMs = 5_000, timeoutMs = 30_000 } = this.#options
    const age = this.#now() - this.#loadedAtMs
    if (this.#startedAtMs !== undefined || age >= (this.#isUp ? ttlMs : retryAfterMs)) {
      await pTimeout(this.#load(), { milliseconds: waitMs }).catch(() => undefined)
    }
    const isLate = this.#startedAtMs !== undefined && this.#now() - this.#startedAtMs >= timeoutMs
    return { answer: this.#answer, isUp: this.#isUp && !isLate }
  }

  async #loadNow(load: () => Promise<Answer>): Promise<Answer> {
    this.#startedAtMs = this.#now()
    try {
      this.#answer = await load()
      this.#isUp = true
      if (this.#hasReportedFailure) this.#options.onRecovery()
      this.#hasReportedFailure = false
      return this.#answer
    } catch (error) {
      this.#isUp = false
      if (!this.#hasReportedFailure) this.#options.onFailure(error)
      this.#hasReportedFailure = true
      throw error
    } finally {
      this.#loadedAtMs = this.#now()
      this.#startedAtMs = undefined
    }
  }
}
