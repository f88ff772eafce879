/**
 * Lets tasks of a process run side by side, and those alone that may end it: were others under way, one could not know which
 * of them did.
 */
export class Turns {
  readonly #shared = new Set<Promise<unknown>>()
  /** Settles when the last that wants to be alone has ended. */
  #alone: Promise<unknown> = Promise.resolve()

  readonly #keys = new Set<string>()

  /** Begins what this process does once at a time, until the result is disposed of; undefined while it is being done. */
  once(key: string): Disposable | undefined {
    if (this.#keys.has(key)) return undefined
    this.#keys.add(key)
    return { [Symbol.dispose]: () => void this.#keys.delete(key) }
  }

  /** Does the work when its turn comes. */
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
