import type { Churn } from './churn.ts'
import type { HubClock } from './hub-clock.ts'

/** How often a Hub without requests catches up with its clock. */
const TICK_MS = 200

/**
 * Runs churn at a rate. Each change has a fixed time, whenever it is made: the state at a time depends only on the seed, the
 * rate and that time, and a request sees every change that was due before it.
 */
export class ChurnPace {
  readonly #churn: Churn
  readonly #clock: HubClock
  #perSecond = 0
  #startedMs = 0
  #done = 0
  #timer: NodeJS.Timeout | undefined

  constructor(churn: Churn, clock: HubClock) {
    this.#churn = churn
    this.#clock = clock
  }

  /** Sets the rate from now on; 0 stops all changes. */
  set(perSecond: number): void {
    if (!(perSecond >= 0 && Number.isFinite(perSecond))) {
      throw new RangeError(`Cannot churn ${perSecond} times per second: expected a number of at least 0`)
    }
    this.catchUp()
    this.#perSecond = perSecond
    this.#startedMs = this.#clock.now()
    this.#done = 0
    clearInterval(this.#timer)
    this.#timer = perSecond > 0 ? setInterval(() => this.catchUp(), TICK_MS).unref() : undefined
  }

  catchUp(): void {
    const dueBy = this.#clock.now()
    const due = Math.floor(((dueBy - this.#startedMs) * this.#perSecond) / 1000)
    while (this.#done < due) {
      const timeMs = Math.floor(this.#startedMs + ((this.#done + 1) * 1000) / this.#perSecond)
      this.#clock.at(timeMs, () => {
        // A step counts even when there is nothing left to change.
        this.#done += Math.max(1, this.#churn.step().length)
      })
    }
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#perSecond = 0
  }
}
