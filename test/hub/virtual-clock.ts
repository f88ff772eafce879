import { setImmediate as allMicrotasks } from 'node:timers/promises'
import { type Clock, systemClock } from '../../src/hub/clock.ts'

interface Timer {
  atMs: number
  ring(): void
}

/** Time that only passes in `runUntil`, as fast as the work between two timers allows. */
export class VirtualClock implements Clock {
  readonly #timers = new Set<Timer>()
  #nowMs: number

  constructor(startMs = 1_790_000_000_000) {
    this.#nowMs = startMs
  }

  now(): number {
    return this.#nowMs
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = { atMs: this.#nowMs + delayMs, ring: resolve }
      this.#timers.add(timer)
      signal?.addEventListener('abort', () => {
        this.#timers.delete(timer)
        reject(signal.reason)
      })
    })
  }

  /** Lets the timers ring in order, everything that follows from one being done before the next. */
  async runUntil(endMs: number): Promise<void> {
    for (;;) {
      await allMicrotasks()
      let next: Timer | undefined
      for (const timer of this.#timers) if (next === undefined || timer.atMs < next.atMs) next = timer
      if (next === undefined || next.atMs > endMs) break
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      this.#timers.delete(next)
      next.ring()
    }
    this.#nowMs = endMs
  }
}

/** Real time run fast, for tests that wait on a real server. */
export function fastClock(speed: number): Clock {
  const startMs = systemClock.now()
  return {
    now: () => startMs + (systemClock.now() - startMs) * speed,
    sleep: (delayMs, signal) => systemClock.sleep(delayMs / speed, signal),
  }
}

/** The same time as told by a machine whose clock is set wrong. */
export function skewed(clock: Clock, skewMs: number): Clock {
  return { now: () => clock.now() + skewMs, sleep: (delayMs, signal) => clock.sleep(delayMs, signal) }
}
