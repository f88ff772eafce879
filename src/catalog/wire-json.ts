import { boundedJson, isClean, isSmall } from './hostile-json.ts'

/**
 * A payload as JSON text, field by field in the order of their names, so that it does not depend on the server's. Made
 * once: the same pieces are hashed, and put together to what is stored.
 */
export class WireJson {
  readonly #wire: Readonly<Record<string, unknown>>
  readonly #pieces = new Map<string, string>()
  /** All pieces with their names. */
  readonly text: string

  /** @param isLeft tells which fields are left out */
  constructor(wire: Readonly<Record<string, unknown>>, isLeft: (key: string, value: unknown) => boolean) {
    this.#wire = wire
    let text = ''
    for (const key of Object.keys(wire).sort()) {
      const value = wire[key]
      if (isLeft(key, value)) continue
      const piece = `${JSON.stringify(key)}:${JSON.stringify(value)}`
      this.#pieces.set(key, piece)
      text += text === '' ? piece : `,${piece}`
    }
    this.text = text
  }

  /** Free of what Postgres cannot store. Text that looks like the escape of it counts as unclean too. */
  get isClean(): boolean {
    return isClean(this.text)
  }

  /** One field, bounded in size and depth. It must be an object. */
  field(key: string): string | null {
    const piece = this.#pieces.get(key)
    if (piece === undefined) return null
    const json = piece.slice(JSON.stringify(key).length + 1)
    return isSmall(json) ? json : boundedJson(Object.entries(JSON.parse(json)))
  }

  /** An object of all fields but those named and those that are null, bounded in size and depth. */
  without(names: ReadonlySet<string>): string {
    const keys = [...this.#pieces.keys()].filter((key) => !names.has(key) && this.#wire[key] !== null)
    const json = `{${keys.map((key) => this.#pieces.get(key)).join(',')}}`
    return isSmall(json) ? json : boundedJson(keys.map((key) => [key, this.#wire[key]]))
  }
}
