import { setTimeout as sleepFor } from 'node:timers/promises'

/** The time for everything in this folder, so that tests can run whole rate windows in milliseconds. */
export interface Clock {
  /** Milliseconds since 1970. Must never go backwards. */
  now(): number
  /** Resolves after `delayMs`; rejects with the signal's reason as soon as it aborts. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>
}

/** Counts from the start of the process, so that setting the machine's clock never stretches or skips a wait. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  sleep: async (delayMs, signal) => {
    try {
      await sleepFor(delayMs, undefined, { signal })
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    }
  },
}
