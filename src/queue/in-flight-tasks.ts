import pTimeout from 'p-timeout'

/** How long tasks may take to lay down their work after they were told to. */
const LAY_DOWN_MS = 10_000

interface Run {
  controller: AbortController
  ended: Promise<unknown>
}

/** The tasks that a worker has under way. */
export class InFlightTasks {
  readonly #runs = new Map<string, Run>()
  readonly #draining = new AbortController()

  /** Aborted when the worker begins to end. */
  get draining(): AbortSignal {
    return this.#draining.signal
  }

  /** Whether a task was laid down because of that. */
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

  /**
   * Waits for all of them, which are told; those that are still there after `graceMs` are told to stop.
   *
   * @returns whether all have ended
   */
  async end(graceMs: number): Promise<boolean> {
    this.#draining.abort(new Error('The process ends.'))
    if (await this.#endWithin(graceMs)) return true
    for (const { controller } of this.#runs.values()) controller.abort(new Error('The time to end gracefully is over.'))
    return this.#endWithin(LAY_DOWN_MS)
  }

  async #endWithin(timeoutMs: number): Promise<boolean> {
    const ended = Promise.all([...this.#runs.values()].map((run) => run.ended)).then(() => true)
    // p-timeout rejects 0, which timers of Node.js take as 1.
    return await pTimeout(ended, { milliseconds: Math.max(1, timeoutMs), fallback: () => false })
  }
}
