import { instantOf } from '../hub/instant.ts'

/**
 * Reads fields of a payload by the type they should have. A field of another type is left where it is and so stays
 * readable in the payload column; only what was read into a column of its own is taken out of the rest.
 */
export class WireFields {
  readonly #wire: Readonly<Record<string, unknown>>
  readonly #taken = new Set<string>()

  constructor(wire: Readonly<Record<string, unknown>>) {
    this.#wire = wire
  }

  /** The field as it came, without taking it. */
  peek(key: string): unknown {
    return this.#wire[key]
  }

  text(key: string, maxLength: number): string | null {
    const value = this.#wire[key]
    return typeof value === 'string' && value.length <= maxLength ? this.#take(key, value) : null
  }

  boolean(key: string): boolean | null {
    const value = this.#wire[key]
    return typeof value === 'boolean' ? this.#take(key, value) : null
  }

  /** A whole number that fits the database's bigint. */
  integer(key: string): number | null {
    const value = wholeNumber(this.#wire[key])
    return value === null ? null : this.#take(key, value)
  }

  number(key: string): number | null {
    const value = this.#wire[key]
    return typeof value === 'number' && Number.isFinite(value) ? this.#take(key, value) : null
  }

  /** An instant as ISO 8601, in the years that both JavaScript and Postgres can write. */
  instant(key: string): string | null {
    const value = this.#wire[key]
    if (typeof value !== 'string') return null
    if (PLAIN_INSTANT.test(value)) return this.#take(key, value)
    const time = instantOf(value)
    return time === undefined || time < YEAR_ONE || time >= YEAR_TEN_THOUSAND
      ? null
      : this.#take(key, new Date(time).toISOString())
  }

  /**
   * The texts of a list, or the one text that stands in place of a list. Numbers and booleans count as their text. A member that
   * is anything else, blank or too long costs itself alone, and then the list stays readable in the payload.
   */
  texts(key: string, maxLength: number): string[] {
    const value = this.#wire[key]
    const members: readonly unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? [value] : []
    const texts = members.map((member) => memberText(member, maxLength)).filter((text) => text !== null)
    const isWhole = Array.isArray(value) && members.every((member, index) => member === texts[index])
    return isWhole ? this.#take(key, texts) : texts
  }

  /** An object, such as card data. */
  object(key: string): Record<string, unknown> | null {
    const value = this.#wire[key]
    return isObject(value) ? this.#take(key, value) : null
  }

  /** Names of the fields that were read into a column. */
  get taken(): ReadonlySet<string> {
    return this.#taken
  }

  #take<T>(key: string, value: T): T {
    this.#taken.add(key)
    return value
  }
}

/**
 * What the Hub sends, on a day that every month has: good as it is. Nearly all instants are, and parsing is what costs.
 */
const PLAIN_INSTANT = /^[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/
const YEAR_ONE = Date.parse('0001-01-01T00:00:00.000Z')
const YEAR_TEN_THOUSAND = Date.UTC(10_000, 0, 1)
const LARGEST_BIGINT = 2 ** 63

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A member of a list as text; null where it is blank, too long or no single value. */
function memberText(member: unknown, maxLength: number): string | null {
  const isNumber = typeof member === 'number' && Number.isFinite(member)
  if (typeof member !== 'string') return isNumber || typeof member === 'boolean' ? String(member) : null
  return member.length <= maxLength && member.trim() !== '' ? member : null
}

/** A finite number within bigint, cut to its whole part; null for anything else. */
export function wholeNumber(value: unknown): number | null {
  return typeof value === 'number' && Math.abs(value) < LARGEST_BIGINT ? Math.trunc(value) : null
}

/** A string, or the strings of a list, as a list: card data has both for the same key. Blank ones are left out. */
export function oneOrMany(value: unknown): string[] {
  const members: readonly unknown[] = Array.isArray(value) ? value : [value]
  return members.filter((member): member is string => typeof member === 'string' && member.trim() !== '')
}

/** The beginning of a text. A pair of surrogates that the cut would split is replaced, since Postgres stores no half. */
export function truncate(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : text.slice(0, maxLength).toWellFormed()
}
