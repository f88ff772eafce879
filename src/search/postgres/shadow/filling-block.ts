import { rowText } from '../../../catalog/postgres/copy-rows.ts'
import type { IndexedDocument } from '../../search-document.ts'
import { BLOCK_SIZE } from '../bitmap/blocks.ts'
import type { TermCache } from '../index/term-cache.ts'
import { TermNumbers } from '../index/term-ids.ts'
import { termsOf } from '../index/terms.ts'
import { columnsOf } from '../index/write-documents.ts'
import type { Readme } from '../index/write-readmes.ts'
import type { BlockPostings } from './posting-rows.ts'

export const DOCUMENT_COLUMNS = [
  ...['hub_id', 'name', 'name_parts', 'popularity', 'trending', 'downloads', 'likes', 'created', 'modified', 'parameters'],
  ...['document', 'ordinal', 'facet_terms', 'word_terms'],
]

interface FillingDocument {
  /** All columns up to the ordinal, in COPY's text format. */
  text: string
  /** Of terms, see `TermNumbers`. */
  facets: number[]
  words: number[]
}

/** Documents that will have the ordinals of one block, without what is known only once their terms have ids. */
export class FillingBlock {
  readonly block: number
  readonly terms: TermNumbers
  readonly readmes: Readme[] = []
  readonly #documents: FillingDocument[] = []

  constructor(block: number, cache: TermCache) {
    this.block = block
    this.terms = new TermNumbers(cache)
  }

  get size(): number {
    return this.#documents.length
  }

  get isFull(): boolean {
    return this.size === BLOCK_SIZE
  }

  add(document: IndexedDocument): void {
    const { facets, words, readme } = termsOf(document)
    const columns = columnsOf(document)
    const row = [
      ...[columns.hub_id, columns.name, columns.name_parts, columns.popularity, columns.trending, columns.downloads],
      ...[columns.likes, columns.created, columns.modified, columns.parameters, JSON.stringify(columns.document)],
    ]
    if (readme.length > 0) this.readmes.push({ ordinal: this.block * BLOCK_SIZE + this.size, words: readme })
    this.#documents.push({
      text: rowText(row).slice(0, -1),
      facets: this.terms.numbersOf(facets),
      words: this.terms.numbersOf(words),
    })
  }

  /** Rows for COPY, in slices of documents. @param idOf see `TermIds` */
  *documentRows(idOf: (number: number) => number, slice: number): Generator<string> {
    const ids = (numbers: readonly number[]) => `{${numbers.map(idOf).join(',')}}`
    for (let start = 0; start < this.size; start += slice) {
      const rows = this.#documents.slice(start, start + slice).map(({ text, facets, words }, index) => {
        const ordinal = this.block * BLOCK_SIZE + start + index
        return `${text}\t${ordinal}\t${ids(facets)}\t${ids(words)}\n`
      })
      yield rows.join('')
    }
  }

  /**
   * The postings, by terms in the order of their ids. They are counted before they are placed: to sort all took ten times as
   * long.
   *
   * @param places zeros, one for each id that has been assigned; zeros again afterwards
   */
  postings(idOf: (number: number) => number, places: Uint32Array): BlockPostings {
    const present: number[] = []
    let length = 0
    this.#forEachTerm(idOf, (termId) => {
      const count = places[termId] ?? 0
      if (count === 0) present.push(termId)
      places[termId] = count + 1
      length++
    })
    const termIds = Uint32Array.from(present).sort()
    const starts = new Uint32Array(termIds.length + 1)
    for (const [index, termId] of termIds.entries()) {
      const start = starts[index] ?? 0
      starts[index + 1] = start + (places[termId] ?? 0)
      places[termId] = start
    }
    const offsets = new Uint16Array(length)
    this.#forEachTerm(idOf, (termId, offset) => {
      const place = places[termId] ?? 0
      offsets[place] = offset
      places[termId] = place + 1
    })
    for (const termId of present) places[termId] = 0
    return { termIds, starts, offsets }
  }

  #forEachTerm(idOf: (number: number) => number, visit: (termId: number, offset: number) => void): void {
    for (const [offset, { facets, words }] of this.#documents.entries()) {
      for (const number of facets) visit(idOf(number), offset)
      for (const number of words) visit(idOf(number), offset)
    }
  }

  /** The ids of the facet terms of all documents, with repeats. */
  forEachFacet(idOf: (number: number) => number, visit: (termId: number) => void): void {
    for (const { facets } of this.#documents) for (const number of facets) visit(idOf(number))
  }
}
