import { BinaryRows } from '../../../catalog/postgres/binary-rows.ts'
import { BLOCK_BYTES } from '../bitmap/blocks.ts'
import type { BlockPostings } from './filled-block.ts'

export const POSTING_COLUMNS = ['term_id', 'block', 'first', 'bits']

/**
 * Rows of a block for COPY, in slices of about so many bytes: one row per term, whose bits are cut to the bytes from its first
 * document to its last. Each slice is valid until the next one is asked for.
 */
export function* postingRows(block: number, { termIds, starts, offsets }: BlockPostings, slice: number): Generator<BinaryRows> {
  const rows = new BinaryRows()
  const bytes = Buffer.alloc(BLOCK_BYTES)
  for (const [index, termId] of termIds.entries()) {
    const own = offsets.subarray(starts[index], starts[index + 1])
    rows.startRow(POSTING_COLUMNS.length)
    rows.int4(termId)
    rows.int4(block)
    rows.int4((own[0] ?? 0) & ~7)
    rows.varbit(bitsOf(own, bytes))
    if (rows.length < slice) continue
    yield rows
    rows.clear()
  }
  if (rows.length > 0) yield rows
}

/** @param bytes a buffer to use */
function bitsOf(offsets: Uint16Array, bytes: Buffer): Buffer {
  const firstByte = (offsets[0] ?? 0) >> 3
  const length = ((offsets.at(-1) ?? 0) >> 3) - firstByte + 1
  bytes.fill(0, 0, length)
  for (const offset of offsets) {
    const at = (offset >> 3) - firstByte
    bytes[at] = (bytes[at] ?? 0) | (128 >> (offset & 7))
  }
  return bytes.subarray(0, length)
}
