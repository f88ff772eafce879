import { setTimeout as delay } from 'node:timers/promises'
import pTimeout from 'p-timeout'
import { taskReason } from '../reason.ts'
import type { TaskEvent } from '../tasks.ts'

const PROBE_EVERY_MS = 500
const PROBE_TIMEOUT_MS = 5000

/** Failing workers report errors more often than this, even while probes succeed. */
const QUIET_MS = 2000

/** Emits one event when the queue's server becomes unavailable and one when it recovers, however many connections fail. */
export class OutageMonitor {
  readonly #probe: () => Promise<void>
  readonly #closed = new AbortController()
  #emit: ((event: TaskEvent) => void) | undefined
  #isUnavailable = false
  #lastErrorMs = 0

  constructor(probe: () => Promise<void>) {
    this.#probe = probe
  }

  /** The first caller, a worker of the process, gets the events for all. */
  reportTo(emit: (event: TaskEvent) => void): void {
    this.#emit ??= emit
  }

  report(error: unknown): void {
    if (this.#closed.signal.aborted || isAboutOneTask(error)) return
    this.#lastErrorMs = performance.now()
    if (this.#isUnavailable) return
    this.#isUnavailable = true
    this.#emit?.({ type: 'queue-unavailable', reason: taskReason(error) })
    void this.#awaitRecovery()
  }

  close(): void {
    this.#closed.abort()
  }

  async #awaitRecovery(): Promise<void> {
    const { signal } = this.#closed
    for (;;) {
      await delay(PROBE_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined)
      if (signal.aborted) return
      const isHealthy = await pTimeout(this.#probe(), { milliseconds: PROBE_TIMEOUT_MS }).then(
        () => true,
        () => false,
      )
      if (!isHealthy || signal.aborted || performance.now() - this.#lastErrorMs < QUIET_MS) continue
      this.#isUnavailable = false
      this.#emit?.({ type: 'queue-recovered' })
      return
    }
  }
}

/** A task without its lock or job was lost to another process or to a wiped server, and is done from there. */
function isAboutOneTask(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('code' in error && typeof error.code === 'number') return true
  return /^could not renew lock|^Failed to add repeatable job|^Missing (key|lock) for job|^Lock mismatch/.test(error.message)
}
