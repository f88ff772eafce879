import { sql } from 'kysely'

/** Bits of a block, starting at one of its bytes. */
export interface BlockPart {
  block: number
  firstByte: number
  bytes: Uint8Array
}

/** Aggregates rows of `search.posting` into one value for `readParts`: each row costs the driver more than its content. */
export const AGGREGATED_PARTS = sql<Buffer>`string_agg(int4send((posting.block << 10) | (first >> 3)) || bit_send(bits), '')`

/** Each part is block and first byte in a 4-byte integer, the number of bits in another, and the bits. */
export function readParts(aggregated: Buffer): BlockPart[] {
  const parts: BlockPart[] = []
  for (let offset = 0; offset < aggregated.length; ) {
    const position = aggregated.readUInt32BE(offset)
    const bits = offset + 8
    offset = bits + aggregated.readUInt32BE(offset + 4) / 8
    parts.push({ block: position >>> 10, firstByte: position & 1023, bytes: aggregated.subarray(bits, offset) })
  }
  return parts
}
