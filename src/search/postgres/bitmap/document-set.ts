import { forEachOne, onesIn } from './bits.ts'
import type { BlockPart } from './block-parts.ts'
import { BLOCK_BYTES } from './blocks.ts'

/**
 * A set of documents by ordinal, one bit each, in Postgres's bit order: ordinal 0 is the highest bit of the first byte. A
 * combination of sets has as many blocks as the first.
 */
export class DocumentSet {
  readonly #bytes: Uint8Array
  readonly #words: Uint32Array
  #count: number | undefined

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
  }

  static empty(blocks: number): DocumentSet {
    return new DocumentSet(new Uint8Array(blocks * BLOCK_BYTES))
  }

  static of(ordinals: Iterable<number>, blocks: number): DocumentSet {
    const set = DocumentSet.empty(blocks)
    for (const ordinal of ordinals) {
      const index = ordinal >> 3
      set.#bytes[index] = (set.#bytes[index] ?? 0) | (128 >> (ordinal & 7))
    }
    return set
  }

  static fromParts(parts: Iterable<BlockPart>, blocks: number): DocumentSet {
    const set = DocumentSet.empty(blocks)
    const started = new Uint8Array(blocks)
    for (const { block, firstByte, bytes } of parts) {
      const start = block * BLOCK_BYTES + firstByte
      if (started[block] === 0) set.#bytes.set(bytes, start)
      else set.#add(bytes, start)
      started[block] = 1
    }
    return set
  }

  get byteLength(): number {
    return this.#bytes.byteLength
  }

  get blocks(): number {
    return this.#bytes.byteLength / BLOCK_BYTES
  }

  /** The highest number of documents it could hold. */
  get capacity(): number {
    return this.#bytes.byteLength * 8
  }

  and(other: DocumentSet): DocumentSet {
    const { left, right, result, target } = this.#toCombine(other)
    for (let index = 0; index < target.length; index++) target[index] = (left[index] ?? 0) & (right[index] ?? 0)
    return result
  }

  or(other: DocumentSet): DocumentSet {
    const { left, right, result, target } = this.#toCombine(other)
    for (let index = 0; index < target.length; index++) target[index] = (left[index] ?? 0) | (right[index] ?? 0)
    return result
  }

  without(other: DocumentSet): DocumentSet {
    const { left, right, result, target } = this.#toCombine(other)
    for (let index = 0; index < target.length; index++) target[index] = (left[index] ?? 0) & ~(right[index] ?? 0)
    return result
  }

  /** This set with the content of some blocks replaced. `blocks` is the new number of blocks. */
  replacing(changed: Iterable<number>, parts: Iterable<BlockPart>, blocks: number): DocumentSet {
    const set = DocumentSet.fromParts(parts, blocks)
    const unchanged = new DocumentSet(this.#bytes.slice(0, set.#bytes.length))
    for (const block of changed) unchanged.#bytes.fill(0, block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES)
    return set.or(unchanged)
  }

  has(ordinal: number): boolean {
    return ((this.#bytes[ordinal >> 3] ?? 0) & (128 >> (ordinal & 7))) !== 0
  }

  /** The number of documents in both sets, which may differ in their number of blocks. */
  countWith(other: DocumentSet): number {
    const [left, right] = [this.#words, other.#words]
    const length = Math.min(left.length, right.length)
    let count = 0
    for (let index = 0; index < length; index++) count += onesIn((left[index] ?? 0) & (right[index] ?? 0))
    return count
  }

  get count(): number {
    if (this.#count === undefined) {
      let count = 0
      for (const word of this.#words) count += onesIn(word)
      this.#count = count
    }
    return this.#count
  }

  /** The ordinals, ascending. */
  ordinals(): number[] {
    const ordinals: number[] = []
    forEachOne(this.#bytes, 0, (ordinal) => ordinals.push(ordinal))
    return ordinals
  }

  /** A parameter of type `bit varying` in Postgres's binary format, one bit per ordinal. */
  toVarbit(): Buffer {
    const bits = Buffer.alloc(4 + this.#bytes.byteLength)
    bits.writeInt32BE(this.capacity)
    bits.set(this.#bytes, 4)
    return bits
  }

  #add(bytes: Uint8Array, start: number): void {
    for (let index = 0; index < bytes.length; index++) {
      this.#bytes[start + index] = (this.#bytes[start + index] ?? 0) | (bytes[index] ?? 0)
    }
  }

  /** The operations do not share a loop: with the operation as a parameter they took 20 times as long. */
  #toCombine(other: DocumentSet) {
    const result = new DocumentSet(new Uint8Array(this.#bytes.byteLength))
    return { left: this.#words, right: other.#words, result, target: result.#words }
  }
}
