/**
 * Runs the tasks of a process in parallel, but runs a task alone if it may end the process. Otherwise nobody could tell which
 * of the tasks in flight did.
 */
export class Turns {
  readonly #shared = new Set<Promise<unknown>>()
  /** Resolves when the last task that runs alone has ended. */
  #alone: Promise<unknown> = Promise.resolve()
  readonly #keys = new Set<string>()

  /** Locks a key until the result is disposed of. Undefined if it is locked. */
  once(key: string): Disposable | undefined {
    if (this.#keys.has(key)) return undefined
    this.#keys.add(key)
    return { [Symbol.dispose]: () => void this.#keys.delete(key) }
  }

  async take<Result>(isAlone: boolean, work: () => Promise<Result>): Promise<Result> {
    return isAlone ? await this.#takeAlone(work) : await this.#takeShared(work)
  }

  async #takeShared<Result>(work: () => Promise<Result>): Promise<Result> {
    let awaited: Promise<unknown>
    do {
      awaited = this.#alone
      await awaited
    } while (awaited !== this.#alone)
    const run = work()
    this.#shared.add(run)
    try {
      return await run
    } finally {
      this.#shared.delete(run)
    }
  }

  async #takeAlone<Result>(work: () => Promise<Result>): Promise<Result> {
    const before = this.#alone
    const run = (async () => {
      await before
      await Promise.allSettled(this.#shared)
      return await work()
    })()
    this.#alone = run.catch(() => undefined)
    return await run
  }
}
