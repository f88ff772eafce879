/** Calls at most once in a while, however often it is woken, and always once more after the last time. */
export class TrailingThrottle {
  readonly #call: () => Promise<unknown>
  readonly #everyMs: number
  #timer: NodeJS.Timeout | undefined

  constructor(call: () => Promise<unknown>, everyMs: number) {
    this.#call = call
    this.#everyMs = everyMs
  }

  wake(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      // What it would have begun begins by itself a little later.
      this.#call().catch(() => undefined)
    }, this.#everyMs).unref()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}
