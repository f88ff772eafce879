interface Waiting<Item> {
  items: readonly Item[]
  resolve(): void
  reject(error: unknown): void
}

/** Batches items that arrive during a write into the next one, so that a thousand at once cost two writes. */
export class WriteBatcher<Item> {
  readonly #writeAll: (items: readonly Item[]) => Promise<void>
  #waiting: Waiting<Item>[] = []
  #isWriting = false
  #working: Promise<void> | undefined

  constructor(writeAll: (items: readonly Item[]) => Promise<void>) {
    this.#writeAll = writeAll
  }

  /** Callers whose items are queued. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** Resolves when the items are written. @throws the error of their write */
  write(items: readonly Item[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#waiting.push({ items, resolve, reject })
    if (!this.#isWriting) this.#working = this.#work()
    return promise
  }

  /** Resolves when nothing is queued. */
  async idle(): Promise<void> {
    while (this.#isWriting) await this.#working
  }

  async #work(): Promise<void> {
    this.#isWriting = true
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      try {
        await this.#writeAll(batch.flatMap(({ items }) => items))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    // In the same tick in which the queue is found empty, so that the next caller starts a new write.
    this.#isWriting = false
  }
}
