import { setTimeout as sleep } from 'node:timers/promises'

/** Keeps texts below a number per minute. */
export class TextPace {
  readonly #perMinute: number
  #nextAt = 0

  /** @param perMinute Infinity for no limit */
  constructor(perMinute: number) {
    this.#perMinute = perMinute
  }

  /** The largest number of texts to send at once. */
  get most(): number {
    return Math.max(1, this.#perMinute)
  }

  /** Waits until so many more texts may be sent. @throws if the signal aborts */
  async take(texts: number, signal: AbortSignal): Promise<void> {
    const waitMs = this.#nextAt - performance.now()
    if (waitMs > 0) await sleep(waitMs, undefined, { signal })
    this.#nextAt = performance.now() + (texts / this.#perMinute) * 60_000
  }
}
