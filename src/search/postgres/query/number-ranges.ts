import { type Kysely, type RawBuilder, sql } from 'kysely'
import { type Bucket, bucketRanges, isDateField, type Range } from '../../ranges.ts'
import type { RangeField } from '../../search-fields.ts'
import { DocumentSet } from '../bitmap/document-set.ts'

/** Up to this number the documents are fetched by ordinal, instead of all being checked. */
const FEW_DOCUMENTS = 20_000

/** The documents with a value in each range. @param blocks the size of the sets */
export async function rangeSets<Tables>(
  db: Kysely<Tables>,
  ranges: Readonly<Partial<Record<RangeField, Range>>>,
  blocks: number,
): Promise<Map<RangeField, DocumentSet>> {
  const sets = new Map<RangeField, DocumentSet>()
  for (const [field, { from, before }] of Object.entries(ranges) as [RangeField, Range][]) {
    const column = sql.ref(field)
    const bounds = [
      ...(from === null ? [] : [sql`${column} >= ${bound(field, from)}`]),
      ...(before === null ? [] : [sql`${column} < ${bound(field, before)}`]),
    ]
    // As bytes, which are read several times faster than rows.
    const { rows } = await sql<{ ordinals: Buffer | null }>`
      select string_agg(int4send(ordinal), '') as ordinals from search.document
      where ${sql.join(bounds, sql` and `)}`.execute(db)
    sets.set(field, DocumentSet.of(ordinalsIn(rows[0]?.ordinals ?? Buffer.of()), blocks))
  }
  return sets
}

function* ordinalsIn(bytes: Buffer): Generator<number> {
  for (let offset = 0; offset < bytes.length; offset += 4) yield bytes.readInt32BE(offset)
}

/** How many of the documents have a value in each bucket of a field. @param isAll whether these are all documents */
export async function countBuckets<Tables>(
  db: Kysely<Tables>,
  field: RangeField,
  documents: DocumentSet,
  isAll: boolean,
): Promise<Bucket[]> {
  const ranges = bucketRanges(field)
  const bounds = ranges.flatMap(({ from }) => (from === null ? [] : [from]))
  const type = isDateField(field) ? sql`timestamptz[]` : sql`bigint[]`
  const limits = isDateField(field) ? bounds.map((value) => new Date(value).toISOString()) : bounds
  const { rows } = await sql<{ bucket: number; count: number }>`
    select width_bucket(${sql.ref(field)}, ${limits}::${type}) as bucket, count(*)::int as count
    from search.document where ${sql.ref(field)} is not null and ${isAll ? sql`true` : membership(documents)}
    group by bucket`.execute(db)
  const counts = new Map(rows.map(({ bucket, count }) => [bucket, count]))
  return ranges.map((range, bucket) => ({ ...range, count: counts.get(bucket) ?? 0 }))
}

function membership(documents: DocumentSet): RawBuilder<unknown> {
  return documents.count <= FEW_DOCUMENTS
    ? sql`ordinal = any(${documents.ordinals()}::int[])`
    : sql`get_bit(${documents.toBitLiteral()}::varbit, ordinal) = 1`
}

function bound(field: RangeField, value: number): RawBuilder<unknown> {
  return isDateField(field) ? sql`${new Date(value).toISOString()}::timestamptz` : sql`${value}::bigint`
}
