import type { Churn } from './churn.ts'
import type { HubClock } from './hub-clock.ts'

/** How often a Hub that nobody asks anything catches up with its clock. */
const TICK_MS = 200

/**
 * Lets churn happen at a rate. Each change has its time, whenever it is caught up with: the state at a time depends on
 * nothing but the seed, the rate and that time, and a request meets every change that was due before it.
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

  /** From now on at this rate; 0 lets the Hub stand still. */
  set(perSecond: number): void {
    if (!(perSecond >= 0 && Number.isFinite(perSecond))) {
      throw new RangeError(`Cannot churn ${perSecond} times a second: expected a number of at least 0`)
    }
    this.catchUp()
    this.#perSecond = perSecond
    this.#startedMs = this.#clock.now()
    this.#done = 0
    clearInterval(this.#timer)
    this.#timer = perSecond > 0 ? setInterval(() => this.catchUp(), TICK_MS).unref() : undefined
  }

  /** Makes the changes that are due by now. */
  catchUp(): void {
    const dueBy = this.#clock.now()
    const due = Math.floor(((dueBy - this.#startedMs) * this.#perSecond) / 1000)
    while (this.#done < due) {
      const timeMs = Math.floor(this.#startedMs + ((this.#done + 1) * 1000) / this.#perSecond)
      this.#clock.at(timeMs, () => {
        // Where nothing is left to change the time passes all the same.
        this.#done += Math.max(1, this.#churn.step().length)
      })
    }
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#perSecond = 0
  }
}
