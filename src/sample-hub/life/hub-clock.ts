/** The Hub's clock, which can temporarily show another time. */
export class HubClock {
  readonly #given: () => number
  #heldMs: number | undefined

  /** @param given returns milliseconds since 1970 */
  constructor(given: () => number) {
    this.#given = given
  }

  readonly now = (): number => this.#heldMs ?? this.#given()

  /** Runs an action at another time of this clock. */
  at(timeMs: number, action: () => void): void {
    this.#heldMs = timeMs
    try {
      action()
    } finally {
      this.#heldMs = undefined
    }
  }
}
