import { boundedJson, isClean, isSmall, shallowJson } from './sanitize-json.ts'

/**
 * A payload as JSON text, its fields in the order of their names, so that it does not depend on the server's. The text is
 * what is hashed to tell whether anything changed.
 */
export class WireJson {
  readonly #content: Readonly<Record<string, unknown>>
  /** Undefined where it is nested too deep to be stored. */
  readonly text: string | undefined

  /** @param isLeft tells which fields are left out */
  constructor(wire: Readonly<Record<string, unknown>>, isLeft: (key: string, value: unknown) => boolean) {
    const content = withoutPrototype()
    for (const key of Object.keys(wire).sort()) {
      const value = wire[key]
      if (!isLeft(key, value)) content[key] = value
    }
    this.#content = content
    this.text = shallowJson(content)
  }

  /** Free of what Postgres cannot store. Text that looks like the escape of it counts as unclean too. */
  get isStorable(): boolean {
    return this.text !== undefined && isClean(this.text)
  }

  /** One field, bounded in size. It must be an object. */
  field(key: string): string | null {
    const value = this.#content[key]
    if (value === undefined) return null
    const json = JSON.stringify(value)
    return isSmall(json) ? json : boundedJson(Object.entries(JSON.parse(json)))
  }

  /** An object of all fields but those named and those that are null, bounded in size. */
  without(names: ReadonlySet<string>): string {
    const rest = withoutPrototype()
    for (const key in this.#content) {
      const value = this.#content[key]
      if (value !== null && !names.has(key)) rest[key] = value
    }
    const json = JSON.stringify(rest)
    return isSmall(json) ? json : boundedJson(Object.entries(rest))
  }
}

/** In an object with a prototype, a field that a hostile payload names `__proto__` would be lost. */
function withoutPrototype(): Record<string, unknown> {
  return Object.create(null)
}
