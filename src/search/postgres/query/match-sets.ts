import { type Kysely, sql } from 'kysely'
import { AGGREGATED_PARTS, type BlockPart, readParts } from '../bitmap/block-parts.ts'
import { DocumentSet } from '../bitmap/document-set.ts'
import type { Reader, Remembered, SnapshotPostings } from '../bitmap/posting-cache.ts'
import type { WantedTerm } from './expand-query.ts'

/** For each clause by number, the documents that satisfy it by the cost at which they do. */
export type ClauseSets = ReadonlyMap<number, ReadonlyMap<number, DocumentSet>>

interface ClauseRow {
  clause: number
  cost: number
  parts: Buffer
}

/** The terms that begin with a letter. They are so many that they are remembered united. */
interface PrefixUnion extends Remembered {
  clause: number
  cost: number
  field: string
  value: string
}

/** The postings of the wanted terms, united by clause and cost. */
export async function clauseSets<Tables>(
  db: Kysely<Tables>,
  postings: SnapshotPostings,
  wanted: readonly WantedTerm[],
): Promise<{ sets: ClauseSets; blocks: number }> {
  const rows = await readClauses(
    db,
    wanted.filter((term) => !isBeginning(term)),
  )
  const found = rows.map(({ clause, cost, parts }) => ({ clause, cost, parts: readParts(parts) }))
  const blocks = found.flatMap(({ parts }) => parts).reduce((most, { block }) => Math.max(most, block + 1), 0)
  const sets = new Map<number, Map<number, DocumentSet>>()
  const add = (clause: number, cost: number, documents: DocumentSet) => {
    const costs = sets.get(clause) ?? new Map<number, DocumentSet>()
    sets.set(clause, costs.set(cost, documents))
  }
  for (const { clause, cost, parts } of found) add(clause, cost, DocumentSet.fromParts(parts, blocks))
  const read: Reader<PrefixUnion> = (beginnings, changed) => readBeginnings(db, beginnings, changed)
  await postings.each(wanted.filter(isBeginning).map(beginningOf), read, ({ clause, cost }, united) => {
    add(clause, cost, united.inSet(blocks))
  })
  return { sets, blocks }
}

function isBeginning({ value, isPrefix }: WantedTerm): boolean {
  return isPrefix && [...value].length === 1
}

function beginningOf({ clause, cost, field, value }: WantedTerm): PrefixUnion {
  return { key: `${field} ${value}`, documents: Number.POSITIVE_INFINITY, clause, cost, field, value }
}

async function readClauses<Tables>(db: Kysely<Tables>, wanted: readonly WantedTerm[]): Promise<ClauseRow[]> {
  const { rows } = await sql<ClauseRow>`
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
        select id from search.term where asked.is_prefix and ${beginsAsAsked}
      ) as term
    )
    select found.clause, found.cost, ${AGGREGATED_PARTS} as parts
    from found join search.posting on posting.term_id = found.id group by found.clause, found.cost`.execute(db)
  return rows
}

async function readBeginnings<Tables>(
  db: Kysely<Tables>,
  beginnings: readonly PrefixUnion[],
  blocks: readonly number[],
): Promise<Map<number | string, BlockPart[]>> {
  const { rows } = await sql<{ key: string; parts: Buffer }>`
    with found as materialized (
      select asked.key, term.id from unnest(
        ${beginnings.map(({ key }) => key)}::text[], ${beginnings.map(({ field }) => field)}::text[],
        ${beginnings.map(({ value }) => value)}::text[]
      ) as asked (key, field, value) join search.term on ${beginsAsAsked}
    )
    select found.key, ${AGGREGATED_PARTS} as parts
    from found join search.posting on posting.term_id = found.id and posting.block = any(${[...blocks]}::int[])
    group by found.key`.execute(db)
  return new Map(rows.map(({ key, parts }) => [key, readParts(parts)]))
}

/** The longer terms: the asked one itself is not one of those that it begins. */
const beginsAsAsked = sql`term.field = asked.field
  and term.value > asked.value and term.value < asked.value || chr(1114111)`
