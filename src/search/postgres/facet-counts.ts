import { type Kysely, sql } from 'kysely'
import type { FilterField } from '../search-names.ts'
import { BLOCK_SIZE, type DocumentSet } from './document-set.ts'

/** Up to here looking at the documents is cheaper than the shortest look at postings. */
const FEW_DOCUMENTS = 1_000
/** Up to here it is cheaper than a longer look at postings, for fields of which the shortest did not settle the counts. */
const SOME_DOCUMENTS = 10_000
const FIRST_CANDIDATES = 64
const CANDIDATE_GROWTH = 8

type Counts = Partial<Record<FilterField, Record<string, number>>>

interface CountedValue {
  field: FilterField
  value: string
  count: number
}

/**
 * Counts the values of some fields over a set of documents: for each field the `limit` most frequent, exactly.
 *
 * Measured on synthetic repos, five fields of which two (author, tag) have tens of thousands of values, medians in ms:
 *
 * |                                        | Postgres 100 k | PGlite 100 k | Postgres 1 M |
 * | -------------------------------------- | -------------- | ------------ | ------------ |
 * | one scan with grouping sets            | 50 to 80       | 130 to 260   | 540 to 1,250 |
 * | unnest of every document's terms       | 310 to 540     | 590 to 980   | 2,900 to 8,400 |
 * | bitmaps, 64 candidates a field (this)  | 13 to 17       | 19 to 28     | 205 to 245   |
 */
export async function countFacets<Tables>(
  db: Kysely<Tables>,
  documents: DocumentSet,
  fields: readonly FilterField[],
  limit: number,
): Promise<Counts> {
  if (fields.length === 0) return {}
  const values =
    documents.count <= FEW_DOCUMENTS
      ? await countByDocument(db, documents, fields)
      : await countByPosting(db, documents, fields, limit)
  return Object.fromEntries(
    fields.map((field) => {
      const top = mostFrequent(values.filter((value) => value.field === field)).slice(0, limit)
      return [field, Object.fromEntries(top.map(({ value, count }) => [value, count]))]
    }),
  )
}

async function countByDocument<Tables>(
  db: Kysely<Tables>,
  documents: DocumentSet,
  fields: readonly FilterField[],
): Promise<CountedValue[]> {
  const { rows } = await sql<CountedValue>`
    select term.field, term.value, tally.count from (
      select term_id, count(*)::int as count from search.document, unnest(facet_terms) as term_id
      where ordinal = any(${documents.ordinals()}::int[]) group by term_id
    ) as tally join search.term on term.id = tally.term_id
    where term.field = any(${[...fields]}::text[])`.execute(db)
  return rows
}

/**
 * Takes values in descending order of how many documents have them at all, which bounds how many of the set can: once
 * enough values are counted that beat the bound of all to come, the rest cannot matter. Mostly the first round will do.
 */
async function countByPosting<Tables>(
  db: Kysely<Tables>,
  documents: DocumentSet,
  fields: readonly FilterField[],
  limit: number,
): Promise<CountedValue[]> {
  const counted: CountedValue[] = []
  let open = fields
  let skipped = 0
  let candidates = Math.max(FIRST_CANDIDATES, 2 * limit)
  while (open.length > 0) {
    const { rows } = await sql<CountedValue & { documents: number }>`
      with candidate as materialized (
        select term.* from unnest(${[...open]}::text[]) as asked (field) cross join lateral (
          select id, field, value, documents from search.term
          where term.field = asked.field and documents > 0
          order by documents desc, value limit ${candidates} offset ${skipped}
        ) as term
      )
      select field, value, documents, (
        select coalesce(sum(bit_count(
          substring(${documents.toBitLiteral()}::varbit from block * ${BLOCK_SIZE}::int + first + 1 for length(bits)) & bits
        )), 0)::int from search.posting where term_id = candidate.id
      ) as count from candidate`.execute(db)
    counted.push(...rows.filter((row) => row.count > 0))
    const asked = candidates
    open = open.filter((field) => {
      const known = rows.filter((row) => row.field === field)
      const bound = Math.min(...known.map((row) => row.documents))
      const last = mostFrequent(counted.filter((value) => value.field === field))[limit - 1]
      return known.length === asked && (last === undefined || last.count <= bound)
    })
    if (open.length > 0 && documents.count <= SOME_DOCUMENTS) {
      const settled = counted.filter((value) => !open.includes(value.field))
      return [...settled, ...(await countByDocument(db, documents, open))]
    }
    skipped += candidates
    candidates *= CANDIDATE_GROWTH
  }
  return counted
}

function mostFrequent(values: readonly CountedValue[]): CountedValue[] {
  return [...values].sort((left, right) => right.count - left.count || (left.value < right.value ? -1 : 1))
}
