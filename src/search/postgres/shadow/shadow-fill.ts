import { setImmediate as nextTurn } from 'node:timers/promises'
import { sql } from 'kysely'
import { copyBinary } from '../../../catalog/postgres/binary-rows.ts'
import { copyRows, copyText } from '../../../catalog/postgres/copy-rows.ts'
import type { IndexedDocument } from '../../search-document.ts'
import { TermCache } from '../index/term-cache.ts'
import { writeReadmes } from '../index/write-readmes.ts'
import { DOCUMENT_COLUMNS } from './filled-block.ts'
import { FillingBlock } from './filling-block.ts'
import { POSTING_COLUMNS, postingRows } from './posting-rows.ts'
import type { ShadowTables } from './shadow-tables.ts'
import { rewriteTable } from './table-definitions.ts'

/** Documents, READMEs, bytes and terms per statement: others use an embedded catalog between two statements. */
const DOCUMENTS_AT_ONCE = 2_048
const READMES_AT_ONCE = 512
const BYTES_AT_ONCE = 1_048_576
const TERMS_AT_ONCE = 50_000
/** So many documents are prepared before the connection that writes the previous block gets its turn. */
const DOCUMENTS_PER_TURN = 64
const MAX_GROWTH = 1_048_576

/**
 * Fills empty tables of an index in the order of ordinals: each block of postings is written once, when it is complete. While
 * one block is written, the next is prepared. Memory holds two blocks, the most recent terms, and eight bytes per term.
 */
export class ShadowFill<Tables> {
  readonly #tables: ShadowTables<Tables>
  readonly #cache = new TermCache()
  #filling: FillingBlock
  #writing: Promise<void> = Promise.resolve()
  #terms = 0
  /** By id of a facet term, the number of its documents. */
  #documents = new Uint32Array(65_536)
  /** As long as `#documents`: see `FilledBlock.postings`. */
  #places = new Uint32Array(65_536)

  constructor(tables: ShadowTables<Tables>) {
    this.#tables = tables
    this.#filling = new FillingBlock(0, this.#cache)
  }

  /** Appends documents. Some are only in memory until `finish`. */
  async append(documents: readonly IndexedDocument[]): Promise<void> {
    for (const [index, document] of documents.entries()) {
      this.#filling.add(document)
      if (this.#filling.isFull) await this.#startWriting()
      if (index % DOCUMENTS_PER_TURN === 0) await nextTurn()
    }
  }

  /** Writes what is left, then makes the indexes. */
  async finish(): Promise<void> {
    await this.#startWriting()
    await this.#writing
    await this.#writeCounts()
    await this.#tables.addIndexes()
  }

  async #startWriting(): Promise<void> {
    const block = this.#filling
    this.#filling = new FillingBlock(block.block + 1, this.#cache)
    await this.#writing
    this.#writing = this.#write(block)
    // A failure is reported to the next caller.
    this.#writing.catch(() => undefined)
  }

  async #write(filling: FillingBlock): Promise<void> {
    const block = filling.filled(await this.#writeTerms(filling))
    for (const rows of block.documentRows(DOCUMENTS_AT_ONCE)) {
      await this.#tables.write(({ client }) => copyBinary(client, 'document', DOCUMENT_COLUMNS, rows))
    }
    for (const rows of postingRows(block.block, block.postings(this.#places), BYTES_AT_ONCE)) {
      await this.#tables.write(({ client }) => copyBinary(client, 'posting', POSTING_COLUMNS, rows))
    }
    for (let start = 0; start < filling.readmes.length; start += READMES_AT_ONCE) {
      await this.#tables.write(({ db }) => writeReadmes(db, filling.readmes.slice(start, start + READMES_AT_ONCE)))
    }
    block.countFacets(this.#documents)
  }

  async #writeTerms(block: FillingBlock): Promise<(number: number) => number> {
    const { idOf, added, uncached } = await this.#tables.write(async ({ db, client }) => {
      const found = await block.terms.resolve(db, this.#terms)
      const rows = found.added.map(({ id, field, value }) => [id, field, value])
      await copyRows(client, 'term', ['id', 'field', 'value'], rows)
      return found
    })
    this.#terms += added.length
    this.#documents = withRoomFor(this.#terms, this.#documents)
    this.#places = withRoomFor(this.#terms, this.#places)
    this.#cache.add('', uncached)
    return idOf
  }

  /** Writes the terms again with their counts: to update them took seven times as long. */
  async #writeCounts(): Promise<void> {
    await this.#tables.writeWhole(async ({ db, client }) => {
      await sql`create temporary table counted (id integer, documents integer) on commit drop`.execute(db)
      for (let start = 0; start < this.#terms; start += TERMS_AT_ONCE) {
        const counts = this.#documents.subarray(start, Math.min(start + TERMS_AT_ONCE, this.#terms))
        await copyText(client, 'counted', ['id', 'documents'], countRows(start, counts))
      }
      await rewriteTable(
        db,
        'term',
        (term) => sql`
          select term.id, term.field, term.value, coalesce(counted.documents, 0) from ${term} as term
          left join counted using (id) order by term.id`,
      )
    })
  }
}

/** Rows for COPY: the id of each term that some documents have, and their number. */
function countRows(firstId: number, counts: Uint32Array): string {
  let text = ''
  for (const [index, count] of counts.entries()) if (count > 0) text += `${firstId + index}\t${count}\n`
  return text
}

/** Doubled or, where that would waste tens of megabytes, a few megabytes larger. */
function withRoomFor(terms: number, counts: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  if (terms <= counts.length) return counts
  const larger = new Uint32Array(Math.max(terms, Math.min(2 * counts.length, counts.length + MAX_GROWTH)))
  larger.set(counts)
  return larger
}
