import { forEachOne } from './bits.ts'
import type { BlockPart } from './block-parts.ts'
import { BLOCK_SIZE, blockOf } from './blocks.ts'
import { DocumentSet } from './document-set.ts'

/** Approximate overhead of the objects around the bytes, including the cache entry. */
const OBJECT_BYTES = 400

/** The documents that have a term: one bit each, or a list of ordinals if that is smaller. */
export class Postings {
  static readonly none = new Postings(new Uint32Array())

  readonly #documents: DocumentSet | Uint32Array

  private constructor(documents: DocumentSet | Uint32Array) {
    this.#documents = documents
  }

  /** Approximate memory use. */
  get bytes(): number {
    return OBJECT_BYTES + this.#documents.byteLength
  }

  /** How many of the given documents have the term. */
  countIn(documents: DocumentSet): number {
    if (this.#documents instanceof DocumentSet) return this.#documents.countWith(documents)
    let count = 0
    for (const ordinal of this.#documents) if (documents.has(ordinal)) count++
    return count
  }

  /** These documents as a set with the given number of blocks. */
  inSet(blocks: number): DocumentSet {
    return this.#documents instanceof DocumentSet ? this.#documents : DocumentSet.of(this.#documents, blocks)
  }

  /** These postings with the content of some blocks replaced. `blocks` and `count` (of documents) are the new numbers. */
  replacing(changed: ReadonlySet<number>, parts: readonly BlockPart[], blocks: number, count: number): Postings {
    const current = this.#documents
    // An ordinal takes 32 bits.
    if (count * 32 >= blocks * BLOCK_SIZE) {
      return new Postings(this.inSet(blocks).replacing(changed, parts, blocks))
    }
    const ordinals = current instanceof DocumentSet ? Uint32Array.from(current.ordinals()) : current
    // An index that was cleared may have fewer blocks than before.
    const unchanged = ordinals.filter((ordinal) => blockOf(ordinal) < blocks && !changed.has(blockOf(ordinal)))
    const list = new Uint32Array(count)
    list.set(unchanged)
    let length = unchanged.length
    for (const { block, firstByte, bytes } of parts) {
      forEachOne(bytes, block * BLOCK_SIZE + firstByte * 8, (ordinal) => {
        list[length++] = ordinal
      })
    }
    return new Postings(list)
  }
}
