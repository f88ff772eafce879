/** Calls a function at most once per `everyMs`, however often it is woken, and always once after the last `wake`. */
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
      // A periodic run does the same work a little later.
      this.#call().catch(() => undefined)
    }, this.#everyMs).unref()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}
