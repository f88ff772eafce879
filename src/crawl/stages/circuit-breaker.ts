import type { FailureCause } from '../../catalog/stages/failure-cause.ts'
import type { TaskEnd } from './fetch-and-keep.ts'

/** Causes that speak of the server, or of our way to it, rather than of one repo. */
const OF_THE_SERVER: ReadonlySet<FailureCause> = new Set([
  'server-error',
  'throttled',
  'timeout',
  'network',
  'broken-answer',
  'not-authorized',
])

/** So many in a row are no chance: one repo in a hundred that always fails would do it once in 10^20 tasks. */
const MOST_IN_A_ROW = 10

/**
 * Notices a server that fails at everything. Going on would turn every repo into a failure, and spend the budget on it; the
 * next run finds out whether the server is well again, at the price of a few requests.
 */
export class CircuitBreaker {
  #inARow = 0

  /** @returns why to stop, when it is time to */
  note({ failure }: TaskEnd): string | undefined {
    if (failure === undefined) {
      this.#inARow = 0
      return undefined
    }
    if (!OF_THE_SERVER.has(failure.cause)) return undefined
    this.#inARow++
    if (this.#inARow < MOST_IN_A_ROW) return undefined
    return `${this.#inARow} tasks in a row have failed, so the others wait. The last: ${failure.answer}`
  }
}
