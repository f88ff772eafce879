import pTimeout from 'p-timeout'
import { describeError } from '../../catalog/postgres/errors.ts'
import { singleFlight } from './single-flight.ts'

export interface StaleWhileRevalidateOptions {
  /** The answer is good for this long. */
  goodForMs: number
  /** How long a caller waits for a new one before it gets the last one. */
  patienceMs: number
  /** After a look that failed the next one is not before. @default 5,000 */
  restMs?: number
  /** A look that takes longer counts as one that failed, until it has ended. @default 30,000 */
  lateMs?: number
  /** The look has failed; told once until it succeeds. */
  onTrouble(reason: string): void
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

  /** Never throws, and never takes much longer than the patience. */
  async get(): Promise<LastAnswer<Answer>> {
    const { goodForMs, patienceMs, restMs = 5_000, lateMs = 30_000 } = this.#options
    const age = this.#now() - this.#lookedAtMs
    if (this.#startedAtMs !== undefined || age >= (this.#isUp ? goodForMs : restMs)) {
      await pTimeout(this.#look(), { milliseconds: patienceMs }).catch(() => undefined)
    }
    const isLate = this.#startedAtMs !== undefined && this.#now() - this.#startedAtMs >= lateMs
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
      if (!this.#isTroubled) this.#options.onTrouble(describeError(error))
      this.#isTroubled = true
      throw error
    } finally {
      this.#lookedAtMs = this.#now()
      this.#startedAtMs = undefined
    }
  }
}
