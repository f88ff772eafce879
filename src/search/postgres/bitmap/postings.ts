import { forEachOne } from './bits.ts'
import type { BlockPart } from './block-parts.ts'
import { BLOCK_SIZE, blockOf } from './blocks.ts'
import { DocumentSet } from './document-set.ts'

/** About what the objects around the bytes take, here and in whatever remembers them. */
const OBJECT_BYTES = 400

/** The documents that have a term: one bit each, or a list of their ordinals where that is smaller. */
export class Postings {
  static readonly none = new Postings(new Uint32Array())

  readonly #documents: DocumentSet | Uint32Array

  private constructor(documents: DocumentSet | Uint32Array) {
    this.#documents = documents
  }

  /** How much memory they take. */
  get bytes(): number {
    return OBJECT_BYTES + this.#documents.byteLength
  }

  /** How many of the documents have the term. */
  countIn(documents: DocumentSet): number {
    if (this.#documents instanceof DocumentSet) return this.#documents.countWith(documents)
    let count = 0
    for (const ordinal of this.#documents) if (documents.has(ordinal)) count++
    return count
  }

  /** Them as a set of so many blocks. */
  inSet(blocks: number): DocumentSet {
    return this.#documents instanceof DocumentSet ? this.#documents : DocumentSet.of(this.#documents, blocks)
  }

  /**
   * These with the given in place of what some blocks had.
   *
   * @param blocks how many there are
   * @param count how many documents have the term then
   */
  replacing(changed: ReadonlySet<number>, parts: readonly BlockPart[], blocks: number, count: number): Postings {
    const present = this.#documents
    // An ordinal takes 32 bits.
    if (count * 32 >= blocks * BLOCK_SIZE) {
      return new Postings(this.inSet(blocks).replacing(changed, parts, blocks))
    }
    const ordinals = present instanceof DocumentSet ? Uint32Array.from(present.ordinals()) : present
    // An index that was begun anew has fewer blocks than it had.
    const kept = ordinals.filter((ordinal) => blockOf(ordinal) < blocks && !changed.has(blockOf(ordinal)))
    const list = new Uint32Array(count)
    list.set(kept)
    let length = kept.length
    for (const { block, firstByte, bytes } of parts) {
      forEachOne(bytes, block * BLOCK_SIZE + firstByte * 8, (ordinal) => {
        list[length++] = ordinal
      })
    }
    return new Postings(list)
  }
}
