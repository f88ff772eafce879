import type { Clock } from '../clock.ts'

interface Waiting {
  readonly priority: number
  proceed(): void
  hasLeft: boolean
}

/**
 * A queue before a gate that opens with time or with events. `delayMs` says how long the gate stays shut; call `advance`
 * whenever that may have changed. The lowest priority number goes first, and equal priorities go in order of arrival.
 */
export class WaitQueue {
  readonly #clock: Clock
  readonly #delayMs: () => number
  #queue: Waiting[] = []
  #alarm: AbortController | undefined

  constructor(clock: Clock, delayMs: () => number) {
    this.#clock = clock
    this.#delayMs = delayMs
  }

  /**
   * Resolves when it is the caller's turn and the gate is open. `onTurn` is called in the same tick in which the gate is
   * found open, so that the next in the queue sees its effect.
   *
   * @throws the reason of the signal that aborts first; `onTurn` is not called then
   */
  async enter(onTurn: () => void, priority: number, signals: readonly AbortSignal[]): Promise<void> {
    for (const signal of signals) signal.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiting: Waiting = {
      priority,
      hasLeft: false,
      proceed: () => {
        onTurn()
        resolve()
      },
    }
    const leave = (): void => {
      waiting.hasLeft = true
      reject(signals.find((signal) => signal.aborted)?.reason)
      this.advance()
    }
    for (const signal of signals) signal.addEventListener('abort', leave, { once: true })
    this.#insert(waiting)
    this.advance()
    try {
      await promise
    } finally {
      for (const signal of signals) signal.removeEventListener('abort', leave)
    }
  }

  /** Lets through as many as the gate allows, and sets the alarm for the next. */
  advance(): void {
    this.#alarm?.abort()
    this.#alarm = undefined
    this.#queue = this.#queue.filter((waiting) => !waiting.hasLeft)
    while (this.#queue.length > 0) {
      const delayMs = this.#delayMs()
      if (delayMs > 0) {
        this.#wakeAfter(delayMs)
        return
      }
      this.#queue.shift()?.proceed()
    }
  }

  #insert(waiting: Waiting): void {
    const last = this.#queue.findLastIndex((other) => other.priority <= waiting.priority)
    this.#queue.splice(last + 1, 0, waiting)
  }

  #wakeAfter(delayMs: number): void {
    if (delayMs === Infinity) return
    const alarm = new AbortController()
    this.#alarm = alarm
    // Whole milliseconds, rounded up: a timer that fires a fraction early would only have to be set again.
    this.#clock.sleep(Math.ceil(delayMs), alarm.signal).then(
      () => this.advance(),
      // Aborted by `advance`, which then lets others through itself.
      () => undefined,
    )
  }
}
