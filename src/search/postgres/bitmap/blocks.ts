/**
 * Ordinals per block of postings; part of the schema. Five facets over a million documents took 235 ms with blocks of 4,096
 * and 140 ms with 8,192. Twice that would not fit in a Postgres row and be stored out of line.
 */
export const BLOCK_SIZE = 8_192
export const BLOCK_BYTES = BLOCK_SIZE / 8

export function blockOf(ordinal: number): number {
  return Math.floor(ordinal / BLOCK_SIZE)
}
