import { type Kysely, sql } from 'kysely'
import type { Terms } from './terms.ts'

/**
 * The ids of all terms of a batch of documents, in their order; terms not yet known are added. The caller is the only
 * writer, so that nobody adds the same ones meanwhile.
 */
export async function termIdsOf<Tables>(db: Kysely<Tables>, documents: readonly Terms[]): Promise<number[][]> {
  const distinct = new DistinctTerms()
  const wanted = documents.map((terms) => distinct.positionsOf(terms))
  const ids = await idsOf(db, distinct)
  return wanted.map((positions) => positions.map((position) => ids[position] ?? 0))
}

/** The terms of a batch, each once, in two columns. */
class DistinctTerms {
  readonly fields: string[] = []
  readonly values: string[] = []
  readonly #positions = new Map<string, Map<string, number>>()

  positionsOf(terms: Terms): number[] {
    const positions = new Set<number>()
    for (const [field, values] of terms) {
      const known = this.#positions.get(field) ?? new Map<string, number>()
      this.#positions.set(field, known)
      for (const value of values) {
        let position = known.get(value)
        if (position === undefined) {
          position = this.fields.push(field) - 1
          this.values.push(value)
          known.set(value, position)
        }
        positions.add(position)
      }
    }
    return [...positions]
  }
}

async function idsOf<Tables>(db: Kysely<Tables>, { fields, values }: DistinctTerms): Promise<number[]> {
  const { rows } = await sql<{ ids: (number | null)[]; free: number }>`
    select array_agg(term.id order by asked.position) as ids, (select coalesce(max(id) + 1, 0) from search.term) as free
    from unnest(${fields}::text[], ${values}::text[]) with ordinality as asked (field, value, position)
    left join search.term on term.field = asked.field and term.value = asked.value`.execute(db)
  const known = rows[0]?.ids ?? []
  let free = rows[0]?.free ?? 0
  const added: { id: number; position: number }[] = []
  const ids = fields.map((_, position) => {
    const id = known[position]
    if (id !== null && id !== undefined) return id
    added.push({ id: free, position })
    return free++
  })
  if (added.length > 0) {
    await sql`
      insert into search.term (id, field, value)
      select * from unnest(
        ${added.map(({ id }) => id)}::int[], ${added.map(({ position }) => fields[position])}::text[],
        ${added.map(({ position }) => values[position])}::text[])`.execute(db)
  }
  return ids
}
