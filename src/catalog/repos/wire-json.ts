import { boundedJson, isClean, isSmall, shallowJson } from './sanitize-json.ts'

/** A payload as JSON text for hashing, with its fields sorted by name because the server's order does not matter. */
export class WireJson {
  readonly #content: Readonly<Record<string, unknown>>
  /** Undefined if it is nested too deeply to be stored. */
  readonly text: string | undefined

  /** @param isLeftOut whether to leave out a field */
  constructor(wire: Readonly<Record<string, unknown>>, isLeftOut: (key: string, value: unknown) => boolean) {
    const content = emptyFor(wire)
    for (const key of Object.keys(wire).sort()) {
      const value = wire[key]
      if (!isLeftOut(key, value)) content[key] = value
    }
    this.#content = content
    this.text = shallowJson(content)
  }

  /** Whether Postgres can store it. Text that merely looks like an escape of NUL or a surrogate counts as unstorable. */
  get isStorable(): boolean {
    return this.text !== undefined && isClean(this.text)
  }

  /** One field, which must be an object, bounded in size. */
  field(key: string): string | null {
    const value = this.#content[key]
    if (value === undefined) return null
    const json = JSON.stringify(value)
    return isSmall(json) ? json : boundedJson(Object.entries(JSON.parse(json)))
  }

  /** The fields that are neither named nor null, bounded in size. */
  without(names: ReadonlySet<string>): string {
    const rest = emptyFor(this.#content)
    for (const key in this.#content) {
      const value = this.#content[key]
      if (value !== null && !names.has(key)) rest[key] = value
    }
    const json = JSON.stringify(rest)
    return isSmall(json) ? json : boundedJson(Object.entries(rest))
  }
}

/**
 * An object for the fields of another. With a prototype, a field that a hostile payload names `__proto__` would be lost; without
 * one, `JSON.stringify` takes up to a third longer.
 */
function emptyFor(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.hasOwn(fields, '__proto__') ? Object.create(null) : {}
}
