interface Waiting<Item> {
  items: readonly Item[]
  resolve(): void
  reject(error: unknown): void
}

/**
 * Writes that come while one is under way wait for it and then go together: a thousand at once cost two. Each caller is
 * answered when its own items are written.
 */
export class WriteBatcher<Item> {
  readonly #writeAll: (items: readonly Item[]) => Promise<void>
  #waiting: Waiting<Item>[] = []
  #isWriting = false
  #working: Promise<void> | undefined

  constructor(writeAll: (items: readonly Item[]) => Promise<void>) {
    this.#writeAll = writeAll
  }

  /** How many callers wait. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** @throws what the write threw */
  write(items: readonly Item[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#waiting.push({ items, resolve, reject })
    if (!this.#isWriting) this.#working = this.#work()
    return promise
  }

  /** Resolves when nothing waits. */
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
    // In the same tick as the line is found empty: whoever comes after starts anew.
    this.#isWriting = false
  }
}
