import type { FailureCause } from '../../catalog/stages/failure-cause.ts'
import type { TaskEnd } from './fetch-and-keep.ts'

/** Causes in the server or the network rather than in one repo. */
const SERVER_CAUSES: ReadonlySet<FailureCause> = new Set([
  'server-error',
  'throttled',
  'timeout',
  'network',
  'broken-answer',
  'not-authorized',
])

/** If one repo in a hundred always fails, this many in a row happen once in 10^20 tasks. */
const MAX_IN_A_ROW = 10

/**
 * Detects a server that fails at everything. Continuing would spend the budget to turn every repo into a failure. The next run
 * finds out for a few requests whether the server has recovered.
 */
export class CircuitBreaker {
  #inARow = 0

  /**
   * @param end undefined if the task stored nothing
   * @returns why to stop; undefined to continue
   */
  record(end: TaskEnd | undefined): string | undefined {
    if (end === undefined) return undefined
    const { failure } = end
    if (failure === undefined) {
      this.#inARow = 0
      return undefined
    }
    if (!SERVER_CAUSES.has(failure.cause)) return undefined
    this.#inARow++
    if (this.#inARow < MAX_IN_A_ROW) return undefined
    return `${this.#inARow} tasks in a row have failed, so the others wait. The last error: ${failure.answer}`
  }
}
