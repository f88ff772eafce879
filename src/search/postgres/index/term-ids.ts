import { type Kysely, sql } from 'kysely'
import type { NumberedTerm, TermCache } from './term-cache.ts'
import type { Terms } from './terms.ts'

export interface TermIds {
  /** The id of a number that `numbersOf` has returned. */
  idOf(number: number): number
  /** Terms that the index does not have yet; the caller inserts them. */
  added: NumberedTerm[]
  /** Terms that the cache did not have, including the added ones. */
  uncached: NumberedTerm[]
}

/**
 * Numbers the terms of documents before their ids are known: those that the cache does not have are looked up together. The
 * caller must be the only writer, so that no id is assigned twice.
 */
export class TermNumbers {
  readonly #fields: string[] = []
  readonly #values: string[] = []
  readonly #cache: TermCache
  readonly #places = new Map<string, Map<string, number>>()

  constructor(cache: TermCache) {
    this.#cache = cache
  }

  /**
   * The distinct numbers of terms: the id, or for an uncached term -1 - its index in the columns.
   *
   * @param numbers a list to which they are appended @default a new one
   */
  numbersOf(terms: Terms, numbers: number[] = []): number[] {
    for (const [field, values] of terms) {
      const ids = this.#cache.idsIn(field)
      const first = numbers.length
      for (const value of values) {
        const number = ids?.get(value) ?? this.#placeOf(field, value)
        // Faster than a Set for the few values that a field has. Different fields have different numbers.
        if (!numbers.includes(number, first)) numbers.push(number)
      }
    }
    return numbers
  }

  /** Finds the ids of terms, and assigns new ones from `firstFree` on. */
  async resolve<Tables>(db: Kysely<Tables>, firstFree: number): Promise<TermIds> {
    const found = await this.#storedIds(db)
    const added: NumberedTerm[] = []
    const uncached = this.#fields.map((field, index) => {
      const term = { id: found[index] ?? firstFree + added.length, field, value: this.#values[index] ?? '' }
      if (typeof found[index] !== 'number') added.push(term)
      return term
    })
    return { idOf: (number) => (number >= 0 ? number : (uncached[-1 - number]?.id ?? 0)), added, uncached }
  }

  #placeOf(field: string, value: string): number {
    const places = this.#places.get(field) ?? new Map<string, number>()
    const known = places.get(value)
    if (known !== undefined) return known
    const place = -this.#fields.push(field)
    this.#values.push(value)
    this.#places.set(field, places.set(value, place))
    return place
  }

  async #storedIds<Tables>(db: Kysely<Tables>): Promise<readonly (number | null)[]> {
    if (this.#fields.length === 0) return []
    const { rows } = await sql<{ ids: (number | null)[] }>`
      select array_agg(term.id order by asked.position) as ids
      from unnest(${this.#fields}::text[], ${this.#values}::text[]) with ordinality as asked (field, value, position)
      left join term on term.field = asked.field and term.value = asked.value`.execute(db)
    return rows[0]?.ids ?? []
  }
}
