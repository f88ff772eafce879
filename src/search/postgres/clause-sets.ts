import { type Kysely, sql } from 'kysely'
import { DocumentSet } from './document-set.ts'
import type { WantedTerm } from './wanted-terms.ts'

/** For each clause by number, the documents that satisfy it by the cost at which they do. */
export type ClauseSets = ReadonlyMap<number, ReadonlyMap<number, DocumentSet>>

interface BlockRow {
  clause: number
  cost: number
  block: number
  /** What `bit_send` gives: the number of bits in four bytes, then the bits. */
  bits: Buffer
}

/** Reads the postings of the wanted terms, united by clause and cost. */
export async function clauseSets<Tables>(
  db: Kysely<Tables>,
  wanted: readonly WantedTerm[],
): Promise<{ sets: ClauseSets; blocks: number }> {
  const { rows } = await sql<BlockRow>`
    with asked as (
      select * from unnest(
        ${wanted.map(({ clause }) => clause)}::int[], ${wanted.map(({ cost }) => cost)}::int[],
        ${wanted.map(({ field }) => field)}::text[], ${wanted.map(({ value }) => value)}::text[],
        ${wanted.map(({ isPrefix }) => isPrefix)}::bool[]
      ) as asked (clause, cost, field, value, is_prefix)
    ), found as materialized (
      select asked.clause, asked.cost, term.id from asked cross join lateral (
        select id from search.term where term.field = asked.field and term.value = asked.value and not asked.is_prefix
        union all
        select id from search.term where term.field = asked.field and asked.is_prefix
          and term.value > asked.value and term.value < asked.value || chr(1114111)
      ) as term
    )
    select found.clause, found.cost, posting.block, bit_send(bit_or(search.whole_block(posting.bits, posting.first))) as bits
    from found join search.posting on posting.term_id = found.id
    group by found.clause, found.cost, posting.block`.execute(db)

  const blocks = rows.reduce((most, row) => Math.max(most, row.block + 1), 0)
  const grouped = new Map<number, Map<number, BlockRow[]>>()
  for (const row of rows) {
    const costs = grouped.get(row.clause) ?? new Map<number, BlockRow[]>()
    grouped.set(row.clause, costs.set(row.cost, [...(costs.get(row.cost) ?? []), row]))
  }
  const setOf = (group: readonly BlockRow[]) =>
    DocumentSet.fromBlocks(
      group.map(({ block, bits }) => ({ block, bytes: bits.subarray(4) })),
      blocks,
    )
  const sets = new Map(
    [...grouped].map(([clause, costs]) => [clause, new Map([...costs].map(([cost, group]) => [cost, setOf(group)]))]),
  )
  return { sets, blocks }
}
