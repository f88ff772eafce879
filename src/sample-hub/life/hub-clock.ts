/** A Hub's own clock: the one that it was given, and for a moment any other. */
export class HubClock {
  readonly #given: () => number
  #heldMs: number | undefined

  /** `given` tells milliseconds since 1970. */
  constructor(given: () => number) {
    this.#given = given
  }

  readonly now = (): number => this.#heldMs ?? this.#given()

  /** Runs something as if it were that time. */
  at(timeMs: number, action: () => void): void {
    this.#heldMs = timeMs
    try {
      action()
    } finally {
      this.#heldMs = undefined
    }
  }
}
