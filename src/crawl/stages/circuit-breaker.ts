import type { FailureCause } from '../../catalog/stages/failure-cause.ts'
import type { TaskEnd } from './fetch-and-keep.ts'

/** Causes that lie with the server, or on the way to it, rather than with one repo. */
const OF_THE_SERVER: ReadonlySet<FailureCause> = new Set([
  'server-error',
  'throttled',
  'timeout',
  'network',
  'broken-answer',
  'not-authorized',
])

/** So many in a row are no coincidence: one repo in a hundred that always fails would do it once in 10^20 tasks. */
const MOST_IN_A_ROW = 10

/**
 * Notices a server that fails at everything. To continue would turn every repo into a failure, and spend the budget on it. The
 * next run finds out whether the server has recovered, at the price of a few requests.
 */
export class CircuitBreaker {
  #inARow = 0

  /**
   * @param end of a task; undefined where nothing was stored
   * @returns why to stop, when it is time to
   */
  record(end: TaskEnd | undefined): string | undefined {
    if (end === undefined) return undefined
    const { failure } = end
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
