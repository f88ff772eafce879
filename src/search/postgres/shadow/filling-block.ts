import { BinaryRows } from '../../../catalog/postgres/binary-rows.ts'
import type { IndexedDocument } from '../../search-document.ts'
import { BLOCK_SIZE } from '../bitmap/blocks.ts'
import type { TermCache } from '../index/term-cache.ts'
import { TermNumbers } from '../index/term-ids.ts'
import { termsOf } from '../index/terms.ts'
import { columnsOf } from '../index/write-documents.ts'
import type { Readme } from '../index/write-readmes.ts'
import { type DocumentEnds, FilledBlock } from './filled-block.ts'

/** Documents that will have the ordinals of one block, before their terms have ids. */
export class FillingBlock {
  readonly block: number
  readonly terms: TermNumbers
  readonly readmes: Readme[] = []
  readonly #columns = new BinaryRows()
  /** Of terms, see `TermNumbers`. */
  readonly #numbers: number[] = []
  readonly #ends: DocumentEnds[] = []

  constructor(block: number, cache: TermCache) {
    this.block = block
    this.terms = new TermNumbers(cache)
  }

  get size(): number {
    return this.#ends.length
  }

  get isFull(): boolean {
    return this.size === BLOCK_SIZE
  }

  add(document: IndexedDocument): void {
    const { facets, words, readme } = termsOf(document)
    if (readme.length > 0) this.readmes.push({ ordinal: this.block * BLOCK_SIZE + this.size, words: readme })
    this.#appendColumns(document)
    this.terms.numbersOf(facets, this.#numbers)
    const facetsEnd = this.#numbers.length
    this.terms.numbersOf(words, this.#numbers)
    this.#ends.push({ columns: this.#columns.length, facets: facetsEnd, words: this.#numbers.length })
  }

  /** @param idOf see `TermIds` */
  filled(idOf: (number: number) => number): FilledBlock {
    const termIds = new Int32Array(this.#numbers.length)
    for (const [index, number] of this.#numbers.entries()) termIds[index] = idOf(number)
    return new FilledBlock(this.block, this.#columns, termIds, this.#ends)
  }

  #appendColumns(document: IndexedDocument): void {
    const columns = columnsOf(document)
    const row = this.#columns
    row.text(columns.hub_id)
    row.text(columns.name)
    row.text(columns.name_parts)
    row.int4(columns.popularity)
    row.float8(columns.trending)
    row.int8(columns.downloads)
    row.int8(columns.likes)
    row.timestamptz(columns.created)
    row.timestamptz(columns.modified)
    row.int8(columns.parameters)
    row.text(JSON.stringify(columns.document))
  }
}
