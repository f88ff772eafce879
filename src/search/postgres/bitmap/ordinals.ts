import { type RawBuilder, sql } from 'kysely'

/** Aggregates ordinals into one value for `readOrdinals`, which is read several times faster than rows. */
export const AGGREGATED_ORDINALS = sql<Buffer | null>`string_agg(int4send(ordinal), '')`

const ORDINAL_BYTES = 4

/** @param aggregated null for none */
export function readOrdinals(aggregated: Buffer | null | undefined): number[] {
  const bytes = aggregated ?? Buffer.of()
  return Array.from({ length: bytes.length / ORDINAL_BYTES }, (_, index) => bytes.readUInt32BE(index * ORDINAL_BYTES))
}

/** A parameter of type int[]. As one text, because the driver checks and escapes each element of an array. */
export function intArray(numbers: readonly number[]): RawBuilder<unknown> {
  return sql`${`{${numbers.join()}}`}::int[]`
}
