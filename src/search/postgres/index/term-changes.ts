import { type Kysely, sql } from 'kysely'
import { PostingChanges } from './posting-changes.ts'
import type { NumberedTerm } from './term-cache.ts'

interface TermsOfDocument {
  facet_terms: readonly number[]
  word_terms: readonly number[]
}

const NONE: TermsOfDocument = { facet_terms: [], word_terms: [] }

/** The changes of a batch to terms and postings; only differences are written. */
export class TermChanges {
  readonly #gained = new PostingChanges()
  readonly #lost = new PostingChanges()
  /** By id of a facet term, the change of its number of documents. */
  readonly #growth = new Map<number, number>()

  /** Collects the changes of a document: it is new without terms before, and removed without terms after. */
  replace(ordinal: number, before: TermsOfDocument = NONE, after: TermsOfDocument = NONE): void {
    const gained = missingIn(before, after)
    const lost = missingIn(after, before)
    this.#gained.add([...gained.facet_terms, ...gained.word_terms], ordinal)
    this.#lost.add([...lost.facet_terms, ...lost.word_terms], ordinal)
    for (const id of gained.facet_terms) this.#growth.set(id, (this.#growth.get(id) ?? 0) + 1)
    for (const id of lost.facet_terms) this.#growth.set(id, (this.#growth.get(id) ?? 0) - 1)
  }

  /** @param added terms that are new to the index */
  async write<Tables>(db: Kysely<Tables>, added: readonly NumberedTerm[]): Promise<void> {
    await this.#lost.clearBits(db)
    await this.#gained.setBits(db)
    await this.#addTerms(db, added)
    const grown = [...this.#growth].filter(([, documents]) => documents !== 0)
    if (grown.length === 0) return
    await sql`
      update term set documents = term.documents + grown.documents
      from unnest(${grown.map(([id]) => id)}::int[], ${grown.map(([, documents]) => documents)}::int[])
        as grown (id, documents)
      where term.id = grown.id`.execute(db)
  }

  /** Inserts terms with their number of documents, which saves an update. */
  async #addTerms<Tables>(db: Kysely<Tables>, added: readonly NumberedTerm[]): Promise<void> {
    if (added.length === 0) return
    const documents = added.map(({ id }) => this.#growth.get(id) ?? 0)
    for (const { id } of added) this.#growth.delete(id)
    await sql`
      insert into term (id, field, value, documents)
      select * from unnest(
        ${added.map(({ id }) => id)}::int[], ${added.map(({ field }) => field)}::text[],
        ${added.map(({ value }) => value)}::text[], ${documents}::int[])`.execute(db)
  }
}

/** The terms of `wanted` that are not in `given`. */
function missingIn(given: TermsOfDocument, wanted: TermsOfDocument): TermsOfDocument {
  if (given === NONE || wanted === NONE) return wanted
  const facets = new Set(given.facet_terms)
  const words = new Set(given.word_terms)
  return {
    facet_terms: wanted.facet_terms.filter((id) => !facets.has(id)),
    word_terms: wanted.word_terms.filter((id) => !words.has(id)),
  }
}
