import pTimeout from 'p-timeout'
import { singleFlight } from './single-flight.ts'

export interface StaleWhileRevalidateOptions {
  /** An answer is fresh for this long. */
  ttlMs: number
  /** How long a caller waits for a new one before it gets the last one. */
  waitMs: number
  /** After a look that failed the next one is not before. @default 5,000 */
  retryAfterMs?: number
  /** A look that takes longer counts as one that failed, until it has ended. @default 30,000 */
  timeoutMs?: number
  /** The look has failed. Called once until a look succeeds. */
  onFailure(error: unknown): void
  onRecovery(): void
  /** Milliseconds, never backwards. @default performance.now */
  now?: () => number
}

export interface LastAnswer<Answer> {
  /** Undefined as long as there was none. */
  answer: Answer | undefined
  /** Whether the last look succeeded. */
  isUp: boolean
}

/** The last answer of something slow, which is asked now and then and never waited for for long. */
export class StaleWhileRevalidate<Answer> {
  readonly #look: () => Promise<Answer>
  readonly #options: StaleWhileRevalidateOptions
  readonly #now: () => number
  #answer: Answer | undefined
  #lookedAtMs = Number.NEGATIVE_INFINITY
  #startedAtMs: number | undefined
  #isUp = false
  #isTroubled = false

  constructor(look: () => Promise<Answer>, options: StaleWhileRevalidateOptions) {
    this.#look = singleFlight(() => this.#lookNow(look))
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
  }

  /** Never throws, and never takes much longer than `waitMs`. */
  async get(): Promise<LastAnswer<Answer>> {
    const { ttlMs, waitMs, retryAfterMs = 5_000, timeoutMs = 30_000 } = this.#options
    const age = this.#now() - this.#lookedAtMs
    if (this.#startedAtMs !== undefined || age >= (this.#isUp ? ttlMs : retryAfterMs)) {
      await pTimeout(this.#look(), { milliseconds: waitMs }).catch(() => undefined)
    }
    const isLate = this.#startedAtMs !== undefined && this.#now() - this.#startedAtMs >= timeoutMs
    return { answer: this.#answer, isUp: this.#isUp && !isLate }
  }

  async #lookNow(look: () => Promise<Answer>): Promise<Answer> {
    this.#startedAtMs = this.#now()
    try {
      this.#answer = await look()
      this.#isUp = true
      if (this.#isTroubled) this.#options.onRecovery()
      this.#isTroubled = false
      return this.#answer
    } catch (error) {
      this.#isUp = false
      if (!this.#isTroubled) this.#options.onFailure(error)
      this.#isTroubled = true
      throw error
    } finally {
      this.#lookedAtMs = this.#now()
      this.#startedAtMs = undefined
    }
  }
}
