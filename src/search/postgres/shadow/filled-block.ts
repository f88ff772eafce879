import { BinaryRows } from '../../../catalog/postgres/binary-rows.ts'
import { BLOCK_SIZE } from '../bitmap/blocks.ts'

/** Those that `FillingBlock` knows first, then those that depend on the block. */
export const DOCUMENT_COLUMNS = [
  ...['hub_id', 'name', 'name_parts', 'popularity', 'trending', 'downloads', 'likes', 'created', 'modified', 'parameters'],
  ...['document', 'ordinal', 'facet_terms', 'word_terms'],
]

/** Which documents of a block have which terms. */
export interface BlockPostings {
  /** Ascending. */
  termIds: Uint32Array
  /** For each term, where its offsets start; then where the last ones end. */
  starts: Uint32Array
  /** Offsets of documents within the block, ascending for each term. */
  offsets: Uint16Array
}

/** Where the parts of a document end: its columns in the columns of all, and its terms, facets first, in the terms of all. */
export interface DocumentEnds {
  columns: number
  facets: number
  words: number
}

const FIRST: DocumentEnds = { columns: 0, facets: 0, words: 0 }

/** The documents of one block, whose terms have ids. */
export class FilledBlock {
  readonly block: number
  readonly #columns: BinaryRows
  readonly #termIds: Int32Array
  readonly #ends: readonly DocumentEnds[]

  constructor(block: number, columns: BinaryRows, termIds: Int32Array, ends: readonly DocumentEnds[]) {
    this.block = block
    this.#columns = columns
    this.#termIds = termIds
    this.#ends = ends
  }

  /** Rows for COPY, in slices of documents. Each is valid until the next one is asked for. */
  *documentRows(slice: number): Generator<BinaryRows> {
    const rows = new BinaryRows()
    for (let start = 0; start < this.#ends.length; start += slice) {
      rows.clear()
      const end = Math.min(start + slice, this.#ends.length)
      for (let offset = start; offset < end; offset++) this.#appendRow(rows, offset)
      yield rows
    }
  }

  #appendRow(rows: BinaryRows, offset: number): void {
    const { columns: start, words: firstFacet } = this.#ends[offset - 1] ?? FIRST
    const { columns: end, facets: firstWord, words: lastWord } = this.#ends[offset] ?? FIRST
    rows.startRow(DOCUMENT_COLUMNS.length)
    rows.append(this.#columns.slice(start, end))
    rows.int4(this.block * BLOCK_SIZE + offset)
    rows.int4Array(this.#termIds.subarray(firstFacet, firstWord))
    rows.int4Array(this.#termIds.subarray(firstWord, lastWord))
  }

  /**
   * The postings, by terms in the order of their ids. They are counted before they are placed: to sort all took ten times as
   * long.
   *
   * @param places zeros, one for each id that has been assigned; zeros again afterwards
   */
  postings(places: Uint32Array): BlockPostings {
    const present: number[] = []
    for (const termId of this.#termIds) {
      const count = places[termId] ?? 0
      if (count === 0) present.push(termId)
      places[termId] = count + 1
    }
    const termIds = Uint32Array.from(present).sort()
    const starts = new Uint32Array(termIds.length + 1)
    for (const [index, termId] of termIds.entries()) {
      const start = starts[index] ?? 0
      starts[index + 1] = start + (places[termId] ?? 0)
      places[termId] = start
    }
    const offsets = new Uint16Array(this.#termIds.length)
    let index = 0
    for (const [offset, { words: end }] of this.#ends.entries()) {
      for (; index < end; index++) {
        const termId = this.#termIds[index] ?? 0
        const place = places[termId] ?? 0
        offsets[place] = offset
        places[termId] = place + 1
      }
    }
    for (const termId of present) places[termId] = 0
    return { termIds, starts, offsets }
  }

  /** Counts the documents of each facet term. @param counts by id */
  countFacets(counts: Uint32Array): void {
    let start = 0
    for (const { facets, words } of this.#ends) {
      for (const termId of this.#termIds.subarray(start, facets)) counts[termId] = (counts[termId] ?? 0) + 1
      start = words
    }
  }
}
