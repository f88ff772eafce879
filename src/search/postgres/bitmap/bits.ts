/** Counts the one bits of a 32-bit word: sums per pair, per four and per byte, then all bytes at once. */
export function onesIn(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** Visits the position of each one bit, ascending. The highest bit of the first byte has position `first`. */
export function forEachOne(bytes: Uint8Array, first: number, visit: (position: number) => void): void {
  for (let index = 0; index < bytes.length; index++) {
    let byte = bytes[index] ?? 0
    while (byte !== 0) {
      const bit = Math.clz32(byte) - 24
      visit(first + index * 8 + bit)
      byte &= ~(128 >> bit)
    }
  }
}
