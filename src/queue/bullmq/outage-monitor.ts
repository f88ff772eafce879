import { setTimeout as delay } from 'node:timers/promises'
import pTimeout from 'p-timeout'
import { taskReason } from '../reason.ts'
import type { TaskEvent } from '../tasks.ts'

const PROBE_EVERY_MS = 500
const PROBE_TIMEOUT_MS = 5000

/** A worker in trouble complains more often than this, whatever the probe says. */
const QUIET_MS = 2000

/** Tells once that the queue's server is in trouble, and once when it is well again, however many connections complain. */
export class OutageMonitor {
  readonly #probe: () => Promise<void>
  readonly #closed = new AbortController()
  #emit: ((event: TaskEvent) => void) | undefined
  #isTroubled = false
  #complainedMs = 0

  constructor(probe: () => Promise<void>) {
    this.#probe = probe
  }

  /** Who is told: the first worker of the process, for all. */
  listen(emit: (event: TaskEvent) => void): void {
    this.#emit ??= emit
  }

  report(error: unknown): void {
    if (this.#closed.signal.aborted || isAboutOneTask(error)) return
    this.#complainedMs = performance.now()
    if (this.#isTroubled) return
    this.#isTroubled = true
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
      const isWell = await pTimeout(this.#probe(), { milliseconds: PROBE_TIMEOUT_MS }).then(
        () => true,
        () => false,
      )
      if (!isWell || signal.aborted || performance.now() - this.#complainedMs < QUIET_MS) continue
      this.#isTroubled = false
      this.#emit?.({ type: 'queue-recovered' })
      return
    }
  }
}

/** A task whose lock or job is gone was lost to another process or to a server that was wiped: it comes again from there. */
function isAboutOneTask(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('code' in error && typeof error.code === 'number') return true
  return /^could not renew lock|^Failed to add repeatable job|^Missing (key|lock) for job|^Lock mismatch/.test(
    error.message,
  )
}
