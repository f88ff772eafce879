import type { Clock } from './clock.ts'

interface Waiting {
  readonly priority: number
  go(): void
  isGone: boolean
}

/**
 * A line before a gate that opens by time or by events: `delayMs` says how long the gate stays shut, and `advance` is
 * called whenever that may have changed. The lowest priority number goes first, and among equals whoever came first.
 */
export class WaitingLine {
  readonly #clock: Clock
  readonly #delayMs: () => number
  #line: Waiting[] = []
  #alarm: AbortController | undefined

  constructor(clock: Clock, delayMs: () => number) {
    this.#clock = clock
    this.#delayMs = delayMs
  }

  /**
   * Resolves when it is the caller's turn and the gate is open. `enter` is called in the same tick as the gate is found
   * open, so that the next in line sees its effect.
   *
   * @throws the reason of the signal that aborts first; `enter` is not called then
   */
  async pass(enter: () => void, priority: number, signals: readonly AbortSignal[]): Promise<void> {
    for (const signal of signals) signal.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiting: Waiting = {
      priority,
      isGone: false,
      go: () => {
        enter()
        resolve()
      },
    }
    const leave = (): void => {
      waiting.isGone = true
      reject(signals.find((signal) => signal.aborted)?.reason)
      this.advance()
    }
    for (const signal of signals) signal.addEventListener('abort', leave, { once: true })
    this.#join(waiting)
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
    this.#line = this.#line.filter((waiting) => !waiting.isGone)
    while (this.#line.length > 0) {
      const delayMs = this.#delayMs()
      if (delayMs > 0) {
        this.#wakeAfter(delayMs)
        return
      }
      this.#line.shift()?.go()
    }
  }

  #join(waiting: Waiting): void {
    const last = this.#line.findLastIndex((other) => other.priority <= waiting.priority)
    this.#line.splice(last + 1, 0, waiting)
  }

  #wakeAfter(delayMs: number): void {
    if (delayMs === Infinity) return
    const alarm = new AbortController()
    this.#alarm = alarm
    // Whole milliseconds, rounded up: a timer that fires a fraction early would only be set again.
    this.#clock.sleep(Math.ceil(delayMs), alarm.signal).then(
      () => this.advance(),
      // Aborted because something happened first, and whoever aborted it advances the line itself.
      () => undefined,
    )
  }
}
