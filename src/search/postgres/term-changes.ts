import { type Kysely, sql } from 'kysely'
import { PostingChanges } from './posting-changes.ts'

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

  async write<Tables>(db: Kysely<Tables>): Promise<void> {
    await this.#takenOut.takeOut(db)
    await this.#entered.enter(db)
    const grown = [...this.#growth].filter(([, documents]) => documents !== 0)
    if (grown.length === 0) return
    await sql`
      update search.term set documents = term.documents + grown.documents
      from unnest(${grown.map(([id]) => id)}::int[], ${grown.map(([, documents]) => documents)}::int[])
        as grown (id, documents)
      where term.id = grown.id`.execute(db)
  }
}

/** Those of `wanted` that are not in `present`. */
function missingIn(present: TermsOfDocument, wanted: TermsOfDocument): TermsOfDocument {
  const facets = new Set(present.facet_terms)
  const words = new Set(present.word_terms)
  return {
    facet_terms: wanted.facet_terms.filter((id) => !facets.has(id)),
    word_terms: wanted.word_terms.filter((id) => !words.has(id)),
  }
}
