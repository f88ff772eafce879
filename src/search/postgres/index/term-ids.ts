import { type Kysely, sql } from 'kysely'
import type { NumberedTerm, TermCache } from './term-cache.ts'
import type { Terms } from './terms.ts'

export interface TermIds {
  /** The distinct ids of each given list of terms. */
  ids: number[][]
  /** Terms that the index does not have yet; the caller inserts them. */
  added: NumberedTerm[]
  /** Terms that the cache did not have, including the added ones. */
  uncached: NumberedTerm[]
}

/** Finds the ids of terms and assigns new ones. The caller must be the only writer, so that no id is assigned twice. */
export async function termIdsOf<Tables>(
  db: Kysely<Tables>,
  lists: readonly Terms[],
  cache: TermCache,
  firstFree: number,
): Promise<TermIds> {
  const unknown = new UnknownTerms(cache)
  const numbered = lists.map((terms) => unknown.idsOrPlaces(terms))
  const found = await storedIds(db, unknown)
  const added: NumberedTerm[] = []
  const uncached = unknown.fields.map((field, index) => {
    const term = { id: found[index] ?? firstFree + added.length, field, value: unknown.values[index] ?? '' }
    if (typeof found[index] !== 'number') added.push(term)
    return term
  })
  const ids = numbered.map((list) => list.map((number) => (number >= 0 ? number : (uncached[-1 - number]?.id ?? 0))))
  return { ids, added, uncached }
}

/** Distinct terms that the cache does not have, in two columns. */
class UnknownTerms {
  readonly fields: string[] = []
  readonly values: string[] = []
  readonly #cache: TermCache
  readonly #places = new Map<string, Map<string, number>>()

  constructor(cache: TermCache) {
    this.#cache = cache
  }

  /** The distinct ids of terms; for an unknown one, -1 - its index in the columns. */
  idsOrPlaces(terms: Terms): number[] {
    const numbers = new Set<number>()
    for (const [field, values] of terms) {
      const ids = this.#cache.idsIn(field)
      for (const value of values) numbers.add(ids?.get(value) ?? this.#placeOf(field, value))
    }
    return [...numbers]
  }

  #placeOf(field: string, value: string): number {
    const places = this.#places.get(field) ?? new Map<string, number>()
    const known = places.get(value)
    if (known !== undefined) return known
    const place = -this.fields.push(field)
    this.values.push(value)
    this.#places.set(field, places.set(value, place))
    return place
  }
}

async function storedIds<Tables>(db: Kysely<Tables>, { fields, values }: UnknownTerms): Promise<readonly (number | null)[]> {
  if (fields.length === 0) return []
  const { rows } = await sql<{ ids: (number | null)[] }>`
    select array_agg(term.id order by asked.position) as ids
    from unnest(${fields}::text[], ${values}::text[]) with ordinality as asked (field, value, position)
    left join search.term on term.field = asked.field and term.value = asked.value`.execute(db)
  return rows[0]?.ids ?? []
}
