import { setImmediate as allMicrotasks } from 'node:timers/promises'
import { type Clock, systemClock } from '../../src/hub/clock.ts'

interface Timer {
  atMs: number
  ring(): void
}

/** Time that passes only in `runUntil`, without real waiting. */
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

  /** Fires the timers in order, each after all work that follows from the one before. */
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

/** Accelerated real time, for tests that wait for a real server. */
export function fastClock(speed: number): Clock {
  const startMs = systemClock.now()
  return {
    now: () => startMs + (systemClock.now() - startMs) * speed,
    sleep: (delayMs, signal) => systemClock.sleep(delayMs / speed, signal),
  }
}

/** The same time on a machine whose clock is wrong. */
export function skewed(clock: Clock, skewMs: number): Clock {
  return { now: () => clock.now() + skewMs, sleep: (delayMs, signal) => clock.sleep(delayMs, signal) }
}
