import { type Kysely, sql } from 'kysely'
import type { CheckedQuery } from '../../checked-query.ts'
import type { FilterField } from '../../search-fields.ts'
import { namedInFull, queryWordsOf } from '../../text/query-words.ts'
import { DocumentSet } from '../bitmap/document-set.ts'
import type { SnapshotPostings } from '../bitmap/posting-cache.ts'
import { wantedTerms } from './expand-query.ts'
import { clauseSets } from './match-sets.ts'
import { rankTiers } from './rank-tiers.ts'

/** Which documents match a query, as sets of ordinals. */
export interface Matches {
  /** False if the text has no words, so that all matches are equally good. */
  hasWords: boolean
  /** The number of documents, matching or not. */
  live: number
  all: DocumentSet
  /** Disjoint rank tiers, best first. */
  tiers: DocumentSet[]
  /** The documents that match without the filter on a field; the counts of its facet are over these. */
  withoutFilter(field: FilterField): DocumentSet
}

export async function findMatches<Tables>(
  db: Kysely<Tables>,
  postings: SnapshotPostings,
  query: CheckedQuery,
): Promise<Matches> {
  const words = queryWordsOf(query.words)
  const { sets, blocks } = await clauseSets(db, postings, await wantedTerms(db, query.filters, words))
  const nothing = DocumentSet.empty(blocks)
  const filterSet = (clause: number) => sets.get(clause)?.get(0) ?? nothing

  const live = filterSet(0)
  const filters = new Map([...query.filters.keys()].map((field, index) => [field, filterSet(1 + index)]))
  const firstWord = 1 + filters.size
  const wordSets = words.map((_, index) => sets.get(firstWord + index) ?? new Map<number, DocumentSet>())

  const found = rankTiers(live, wordSets)
  const withWords = found.reduce((union, tier) => union.or(tier), nothing)
  const filtered = [...filters.values()].reduce((left, filter) => left.and(filter), live)
  const named = words.length === 0 ? nothing : await documentsNamed(db, query.words, blocks)
  return {
    hasWords: words.length > 0,
    live: live.count,
    all: withWords.and(filtered),
    tiers: [withWords.and(named), ...found.map((tier) => tier.without(named))]
      .map((tier) => tier.and(filtered))
      .filter((tier) => tier.count > 0),
    withoutFilter: (field) =>
      [...filters].filter(([name]) => name !== field).reduce((left, [, filter]) => left.and(filter), withWords),
  }
}

/** The documents whose id or name is the whole text: the user means these, whatever else matches. */
async function documentsNamed<Tables>(db: Kysely<Tables>, text: string, blocks: number): Promise<DocumentSet> {
  const named = namedInFull(text)
  if (named === undefined) return DocumentSet.empty(blocks)
  const id = named.id ?? null
  const { rows } = await sql<{ ordinal: number }>`
    select ordinal from search.document
    where name = ${named.name} and (${id}::text is null or lower(document ->> 'id') = ${id})`.execute(db)
  return DocumentSet.of(
    rows.map((row) => row.ordinal),
    blocks,
  )
}
