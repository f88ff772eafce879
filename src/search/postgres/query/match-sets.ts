import { type Kysely, sql } from 'kysely'
import { PREPARED } from '../../../catalog/postgres/prepared-statements.ts'
import type { Term } from '../../expanded-query.ts'
import { README_PLACE } from '../../text/document-words.ts'
import { AGGREGATED_PARTS, type BlockPart, readParts } from '../bitmap/block-parts.ts'
import { inBlocks } from '../bitmap/blocks.ts'
import { DocumentSet } from '../bitmap/document-set.ts'
import { AGGREGATED_ORDINALS, readOrdinals } from '../bitmap/ordinals.ts'
import type { CacheRequest, LoadPostings, SnapshotPostings } from '../bitmap/posting-cache.ts'
import { readmeQueryOf } from './readme-words.ts'

/** A term that satisfies a clause of a query at a cost. */
export interface WantedTerm extends Term {
  clause: number
  cost: number
}

/** For each clause, the documents that satisfy it, by cost. */
export type ClauseSets = ReadonlyMap<number, ReadonlyMap<number, DocumentSet>>

interface ClauseRow {
  clause: number
  cost: number
  /** Of terms in bitmaps. */
  parts: Buffer | null
  /** Of words of READMEs. */
  ordinals: Buffer | null
}

/** The union of all terms that begin with a letter: they are so many that the union is cached instead. */
interface PrefixUnion extends CacheRequest {
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
  const rows = await loadClauses(
    db,
    wanted.filter((term) => !isUnionPrefix(term)),
  )
  const found = rows.flatMap(({ clause, cost, parts }) => (parts === null ? [] : [{ clause, cost, parts: readParts(parts) }]))
  const blocks = found.flatMap(({ parts }) => parts).reduce((most, { block }) => Math.max(most, block + 1), 0)
  const sets = new Map<number, Map<number, DocumentSet>>()
  const add = (clause: number, cost: number, documents: DocumentSet) => {
    const costs = sets.get(clause) ?? new Map<number, DocumentSet>()
    sets.set(clause, costs.set(cost, documents))
  }
  for (const { clause, cost, parts } of found) add(clause, cost, DocumentSet.fromParts(parts, blocks))
  for (const { clause, cost, ordinals } of rows) {
    // No other match costs as much as one in a README.
    if (ordinals !== null) add(clause, cost, DocumentSet.of(readOrdinals(ordinals), blocks))
  }
  const load: LoadPostings<PrefixUnion> = (unions, changed) => loadPrefixUnions(db, unions, changed)
  await postings.forEach(wanted.filter(isUnionPrefix).map(prefixUnionOf), load, ({ clause, cost }, union) => {
    add(clause, cost, union.inSet(blocks))
  })
  return { sets, blocks }
}

function isUnionPrefix({ value, isPrefix }: WantedTerm): boolean {
  return isPrefix && [...value].length === 1
}

function prefixUnionOf({ clause, cost, field, value }: WantedTerm): PrefixUnion {
  return { key: `${field} ${value}`, documents: Number.POSITIVE_INFINITY, clause, cost, field, value }
}

/** In one statement, because each more would take as long as reading a few bitmaps. */
async function loadClauses<Tables>(db: Kysely<Tables>, all: readonly WantedTerm[]): Promise<ClauseRow[]> {
  const wanted = all.filter(({ field }) => field !== README_PLACE)
  const inReadmes = all.filter(({ field }) => field === README_PLACE)
  const { rows } = await sql<ClauseRow>`
    ${PREPARED} with requested as (
      select * from unnest(
        ${wanted.map(({ clause }) => clause)}::int[], ${wanted.map(({ cost }) => cost)}::int[],
        ${wanted.map(({ field }) => field)}::text[], ${wanted.map(({ value }) => value)}::text[],
        ${wanted.map(({ isPrefix }) => isPrefix)}::bool[]
      ) as requested (clause, cost, field, value, is_prefix)
    ), found as materialized (
      select requested.clause, requested.cost, term.id from requested cross join lateral (
        select id from search.term
        where term.field = requested.field and term.value = requested.value and not requested.is_prefix
        union all
        select id from search.term where requested.is_prefix and ${hasRequestedPrefix}
      ) as term
    )
    select found.clause, found.cost, ${AGGREGATED_PARTS} as parts, null::bytea as ordinals
    from found join search.posting on posting.term_id = found.id group by found.clause, found.cost
    union all
    select asked.clause, asked.cost, null, ${AGGREGATED_ORDINALS}
    from unnest(
      ${inReadmes.map(({ clause }) => clause)}::int[], ${inReadmes.map(({ cost }) => cost)}::int[],
      ${inReadmes.map(readmeQueryOf)}::text[]
    ) as asked (clause, cost, query)
    cross join lateral (select ordinal from search.readme where words @@ asked.query::tsquery offset 0) as readme
    group by asked.clause, asked.cost`.execute(db)
  return rows
}

async function loadPrefixUnions<Tables>(
  db: Kysely<Tables>,
  unions: readonly PrefixUnion[],
  blocks: readonly number[],
): Promise<Map<number | string, BlockPart[]>> {
  const { rows } = await sql<{ key: string; parts: Buffer }>`
    with found as materialized (
      select requested.key, term.id from unnest(
        ${unions.map(({ key }) => key)}::text[], ${unions.map(({ field }) => field)}::text[],
        ${unions.map(({ value }) => value)}::text[]
      ) as requested (key, field, value) join search.term on ${hasRequestedPrefix}
    )
    select found.key, ${AGGREGATED_PARTS} as parts
    from found join search.posting on posting.term_id = found.id and ${inBlocks(blocks)}
    group by found.key`.execute(db)
  return new Map(rows.map(({ key, parts }) => [key, readParts(parts)]))
}

/** Only longer terms: the requested one itself is not a prefix match. */
const hasRequestedPrefix = sql`term.field = requested.field
  and term.value > requested.value and term.value < requested.value || chr(1114111)`
