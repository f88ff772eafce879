import { forEachOne, onesIn } from './bits.ts'
import type { BlockPart } from './block-parts.ts'
import { BLOCK_BYTES } from './blocks.ts'

/**
 * A set of documents by ordinal, one bit each, in the order of bits that Postgres uses: ordinal 0 is the highest bit of
 * the first byte. Of sets that are combined, the first says how many blocks there are.
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

  /** Parts of the same block are united. */
  static fromParts(parts: Iterable<BlockPart>, blocks: number): DocumentSet {
    const set = DocumentSet.empty(blocks)
    const begun = new Uint8Array(blocks)
    for (const { block, firstByte, bytes } of parts) {
      const start = block * BLOCK_BYTES + firstByte
      if (begun[block] === 0) set.#bytes.set(bytes, start)
      else set.#add(bytes, start)
      begun[block] = 1
    }
    return set
  }

  get byteLength(): number {
    return this.#bytes.byteLength
  }

  /** How many documents it could hold. */
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

  /** This set with the given in place of what some blocks had, of so many blocks in all. */
  replacing(changed: Iterable<number>, parts: Iterable<BlockPart>, blocks: number): DocumentSet {
    const set = DocumentSet.fromParts(parts, blocks)
    const kept = new DocumentSet(this.#bytes.slice(0, set.#bytes.length))
    for (const block of changed) kept.#bytes.fill(0, block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES)
    return set.or(kept)
  }

  has(ordinal: number): boolean {
    return ((this.#bytes[ordinal >> 3] ?? 0) & (128 >> (ordinal & 7))) !== 0
  }

  /** How many documents are in both; they need not have the same number of blocks. */
  countWith(other: DocumentSet): number {
    const [left, right] = [this.#words, other.#words]
    const length = Math.min(left.length, right.length)
    let count = 0
    for (let index = 0; index < length; index++) count += onesIn((left[index] ?? 0) & (right[index] ?? 0))
    return count
  }

  /** How many documents it holds. */
  get count(): number {
    if (this.#count === undefined) {
      let count = 0
      for (const word of this.#words) count += onesIn(word)
      this.#count = count
    }
    return this.#count
  }

  /** Its ordinals, ascending. */
  ordinals(): number[] {
    const ordinals: number[] = []
    forEachOne(this.#bytes, 0, (ordinal) => ordinals.push(ordinal))
    return ordinals
  }

  /** As Postgres reads a `bit varying`: one bit for every ordinal. */
  toBitLiteral(): string {
    return `x${Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength).toString('hex')}`
  }

  #add(bytes: Uint8Array, start: number): void {
    for (let index = 0; index < bytes.length; index++) {
      this.#bytes[start + index] = (this.#bytes[start + index] ?? 0) | (bytes[index] ?? 0)
    }
  }

  /** Each operation has a loop of its own: with one that is given the operation they took 20 times as long. */
  #toCombine(other: DocumentSet) {
    const result = new DocumentSet(new Uint8Array(this.#bytes.byteLength))
    return { left: this.#words, right: other.#words, result, target: result.#words }
  }
}
