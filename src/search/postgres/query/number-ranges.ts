import { type Kysely, type RawBuilder, sql } from 'kysely'
import { type Bucket, bucketRanges, isDateField, type Range } from '../../ranges.ts'
import type { RangeField } from '../../search-fields.ts'
import { DocumentSet } from '../bitmap/document-set.ts'
import { AGGREGATED_ORDINALS, intArray, readOrdinals } from '../bitmap/ordinals.ts'

/** Estimates from so many documents are within one percent of all, which a bar of a histogram does not show. */
const MOST_COUNTED = 20_000

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
    const { rows } = await sql<{ ordinals: Buffer | null }>`
      select ${AGGREGATED_ORDINALS} as ordinals from search.document
      where ${sql.join(bounds, sql` and `)}`.execute(db)
    sets.set(field, DocumentSet.of(readOrdinals(rows[0]?.ordinals), blocks))
  }
  return sets
}

/** Repos per bucket of each field; estimated from `sample` of the documents, if that is set. */
export interface BucketCounts {
  histograms: Partial<Record<RangeField, Bucket[]>>
  sample?: number
}

/**
 * How many of the documents have a value in each bucket of each field. Above `mostCounted` documents the counts are estimated
 * from as many of them, evenly spread over the index, so that the cost does not grow with the index.
 */
export async function countBuckets<Tables>(
  db: Kysely<Tables>,
  fields: readonly RangeField[],
  documents: DocumentSet,
  mostCounted = MOST_COUNTED,
): Promise<BucketCounts> {
  const ordinals = documents.ordinals()
  const isSampled = ordinals.length > mostCounted
  const counted = isSampled ? spreadOver(ordinals, mostCounted) : ordinals
  const parts = fields.map(
    (field, index) => sql`
      select ${sql.lit(index)} as field, width_bucket(${sql.ref(field)}, ${limitsOf(field)}) as bucket, count(*)::int as count
      from counted where ${sql.ref(field)} is not null group by bucket`,
  )
  const { rows } = await sql<{ field: number; bucket: number; count: number }>`
    with counted as materialized (
      select ${sql.join(fields.map((field) => sql.ref(field)))} from search.document where ordinal = any(${intArray(counted)}))
    ${sql.join(parts, sql` union all `)}`.execute(db)
  const scale = ordinals.length / Math.max(1, counted.length)
  const counts = new Map(rows.map(({ field, bucket, count }) => [`${field} ${bucket}`, Math.round(count * scale)]))
  const bucketsOf = (field: RangeField, index: number) =>
    bucketRanges(field).map((range, bucket) => ({ ...range, count: counts.get(`${index} ${bucket}`) ?? 0 }))
  return {
    histograms: Object.fromEntries(fields.map((field, index) => [field, bucketsOf(field, index)])),
    ...(isSampled && { sample: counted.length }),
  }
}

function spreadOver(ordinals: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, index) => ordinals[Math.floor((index * ordinals.length) / count)] as number)
}

/** The lower bounds of all buckets but the first, which is open. */
function limitsOf(field: RangeField): RawBuilder<unknown> {
  const bounds = bucketRanges(field).flatMap(({ from }) => (from === null ? [] : [from]))
  return isDateField(field)
    ? sql`${bounds.map((value) => new Date(value).toISOString())}::timestamptz[]`
    : sql`${bounds}::bigint[]`
}

function bound(field: RangeField, value: number): RawBuilder<unknown> {
  return isDateField(field) ? sql`${new Date(value).toISOString()}::timestamptz` : sql`${value}::bigint`
}
