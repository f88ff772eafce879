import type { RateWindow } from './rate-window.ts'

/** Spending aims to finish this share of a window before its end, since whatever is left then is lost. */
const SPARE_SHARE = 0.05

/**
 * Spreads the rest of a window over its remaining time, so that several processes share one quota and none takes all of it at
 * the start. Requests that were not used in time may be sent as a burst, up to a share of the quota. So a small job never
 * waits.
 */
export class Pace {
  readonly #burstShare: number
  /** Requests that may be sent now. */
  #credit = Infinity
  #creditAtMs = 0

  constructor(burstShare: number) {
    this.#burstShare = burstShare
  }

  /** How long to wait before one more request keeps the pace, given how many may still be spent in the window. */
  delayMs(window: RateWindow, spendable: number, nowMs: number): number {
    const timeLeftMs = window.endsFromMs - SPARE_SHARE * window.lengthMs - nowMs
    const perMs = timeLeftMs <= 0 ? Infinity : spendable / timeLeftMs
    const elapsedMs = nowMs - this.#creditAtMs
    const earned = elapsedMs > 0 ? elapsedMs * perMs : 0
    this.#credit = Math.min(Math.max(1, window.quota * this.#burstShare), this.#credit + earned)
    this.#creditAtMs = nowMs
    if (this.#credit >= 1 || perMs === Infinity) return 0
    return (1 - this.#credit) / perMs
  }

  spend(): void {
    this.#credit = Math.max(0, this.#credit - 1)
  }
}
