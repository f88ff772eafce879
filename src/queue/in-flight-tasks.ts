import pTimeout from 'p-timeout'

/** How long tasks may take to stop after their signal was aborted. */
const STOP_TIMEOUT_MS = 10_000

interface Run {
  controller: AbortController
  ended: Promise<unknown>
}

/** The tasks that a worker is doing. */
export class InFlightTasks {
  readonly #runs = new Map<string, Run>()
  readonly #draining = new AbortController()

  /** Aborted when the worker begins to shut down. */
  get draining(): AbortSignal {
    return this.#draining.signal
  }

  /** Whether a task stopped because of `draining`. */
  wasDrained(error: unknown): boolean {
    return this.draining.aborted && error === this.draining.reason
  }

  get size(): number {
    return this.#runs.size
  }

  async run<Result>(id: string, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const controller = new AbortController()
    const result = work(controller.signal)
    this.#runs.set(id, { controller, ended: result.catch(() => undefined) })
    try {
      return await result
    } finally {
      this.#runs.delete(id)
    }
  }

  abort(id: string, reason: Error): void {
    this.#runs.get(id)?.controller.abort(reason)
  }

  /** Aborts `draining`, waits, and aborts what still runs after `graceMs`. @returns whether all have ended */
  async end(graceMs: number): Promise<boolean> {
    this.#draining.abort(new Error('The process is shutting down.'))
    if (await this.#endWithin(graceMs)) return true
    for (const { controller } of this.#runs.values()) controller.abort(new Error('The shutdown timeout is over.'))
    return this.#endWithin(STOP_TIMEOUT_MS)
  }

  async #endWithin(timeoutMs: number): Promise<boolean> {
    const ended = Promise.all([...this.#runs.values()].map((run) => run.ended)).then(() => true)
    // p-timeout rejects 0. Timers of Node.js treat it as 1.
    return await pTimeout(ended, { milliseconds: Math.max(1, timeoutMs), fallback: () => false })
  }
}
