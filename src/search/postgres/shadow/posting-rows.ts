import { BLOCK_BYTES } from '../bitmap/blocks.ts'

/** Which documents of a block have which terms. */
export interface BlockPostings {
  /** Ascending. */
  termIds: Uint32Array
  /** For each term, where its offsets start; then where the last ones end. */
  starts: Uint32Array
  /** Offsets of documents within the block, ascending for each term. */
  offsets: Uint16Array
}

export const POSTING_COLUMNS = ['term_id', 'block', 'first', 'bits']

/** Bits of a single document in hexadecimal, by its offset within a byte. Most terms of a block have one document. */
const SINGLE = ['80', '40', '20', '10', '08', '04', '02', '01']

/**
 * Rows of a block for COPY, in slices of about so many characters: one row per term, whose bits are cut to the bytes from its
 * first document to its last.
 */
export function* postingRows(block: number, { termIds, starts, offsets }: BlockPostings, slice: number): Generator<string> {
  const bytes = Buffer.alloc(BLOCK_BYTES)
  let text = ''
  for (const [index, termId] of termIds.entries()) {
    const own = offsets.subarray(starts[index], starts[index + 1])
    const first = own[0] ?? 0
    const bits = own.length === 1 ? SINGLE[first & 7] : bitsOf(own, bytes)
    text += `${termId}\t${block}\t${first & ~7}\tx${bits}\n`
    if (text.length < slice) continue
    yield text
    text = ''
  }
  if (text !== '') yield text
}

/** @param bytes a buffer to use */
function bitsOf(offsets: Uint16Array, bytes: Buffer): string {
  const firstByte = (offsets[0] ?? 0) >> 3
  const length = ((offsets.at(-1) ?? 0) >> 3) - firstByte + 1
  bytes.fill(0, 0, length)
  for (const offset of offsets) {
    const at = (offset >> 3) - firstByte
    bytes[at] = (bytes[at] ?? 0) | (128 >> (offset & 7))
  }
  return bytes.toString('hex', 0, length)
}
