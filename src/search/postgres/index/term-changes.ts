import { type Kysely, sql } from 'kysely'
import { PostingChanges } from './posting-changes.ts'
import type { NumberedTerm } from './term-cache.ts'

interface TermsOfDocument {
  facet_terms: readonly number[]
  word_terms: readonly number[]
}

const NONE: TermsOfDocument = { facet_terms: [], word_terms: [] }

/** What a batch of documents changes in the index of terms: only what differs from before is written. */
export class TermChanges {
  readonly #entered = new PostingChanges()
  readonly #takenOut = new PostingChanges()
  /** By id of a facet's term, how many documents more have it. */
  readonly #growth = new Map<number, number>()

  /** Notes that a document, new if it had nothing before and gone if it has nothing after, changed its terms. */
  replace(ordinal: number, before: TermsOfDocument = NONE, after: TermsOfDocument = NONE): void {
    const entered = missingIn(before, after)
    const takenOut = missingIn(after, before)
    this.#entered.add([...entered.facet_terms, ...entered.word_terms], ordinal)
    this.#takenOut.add([...takenOut.facet_terms, ...takenOut.word_terms], ordinal)
    for (const id of entered.facet_terms) this.#growth.set(id, (this.#growth.get(id) ?? 0) + 1)
    for (const id of takenOut.facet_terms) this.#growth.set(id, (this.#growth.get(id) ?? 0) - 1)
  }

  /** @param added terms that are new to the index */
  async write<Tables>(db: Kysely<Tables>, added: readonly NumberedTerm[]): Promise<void> {
    await this.#takenOut.takeOut(db)
    await this.#entered.enter(db)
    await this.#addTerms(db, added)
    const grown = [...this.#growth].filter(([, documents]) => documents !== 0)
    if (grown.length === 0) return
    await sql`
      update search.term set documents = term.documents + grown.documents
      from unnest(${grown.map(([id]) => id)}::int[], ${grown.map(([, documents]) => documents)}::int[])
        as grown (id, documents)
      where term.id = grown.id`.execute(db)
  }

  /** Inserts terms with the documents that they have from the start, so that these need no update. */
  async #addTerms<Tables>(db: Kysely<Tables>, added: readonly NumberedTerm[]): Promise<void> {
    if (added.length === 0) return
    const documents = added.map(({ id }) => this.#growth.get(id) ?? 0)
    for (const { id } of added) this.#growth.delete(id)
    await sql`
      insert into search.term (id, field, value, documents)
      select * from unnest(
        ${added.map(({ id }) => id)}::int[], ${added.map(({ field }) => field)}::text[],
        ${added.map(({ value }) => value)}::text[], ${documents}::int[])`.execute(db)
  }
}

/** Those of `wanted` that are not in `present`. */
function missingIn(present: TermsOfDocument, wanted: TermsOfDocument): TermsOfDocument {
  if (present === NONE || wanted === NONE) return wanted
  const facets = new Set(present.facet_terms)
  const words = new Set(present.word_terms)
  return {
    facet_terms: wanted.facet_terms.filter((id) => !facets.has(id)),
    word_terms: wanted.word_terms.filter((id) => !words.has(id)),
  }
}
