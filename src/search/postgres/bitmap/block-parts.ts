import { sql } from 'kysely'

/** Bits of a block, from a byte of it on. */
export interface BlockPart {
  block: number
  firstByte: number
  bytes: Uint8Array
}

/** Aggregates rows of `search.posting` to one value, for `readParts`: a row costs the driver more than what is in it. */
export const AGGREGATED_PARTS = sql<Buffer>`string_agg(int4send((posting.block << 10) | (first >> 3)) || bit_send(bits), '')`

/** Each is block and first byte in an integer of four bytes, the number of bits in another, and the bits. */
export function readParts(aggregated: Buffer): BlockPart[] {
  const parts: BlockPart[] = []
  for (let offset = 0; offset < aggregated.length; ) {
    const place = aggregated.readUInt32BE(offset)
    const bits = offset + 8
    offset = bits + aggregated.readUInt32BE(offset + 4) / 8
    parts.push({ block: place >>> 10, firstByte: place & 1023, bytes: aggregated.subarray(bits, offset) })
  }
  return parts
}
