import { type Kysely, sql } from 'kysely'
import type { CheckedQuery } from '../../checked-query.ts'
import type { FilterField } from '../../search-fields.ts'
import { namedInFull, queryWordsOf } from '../../text/query-words.ts'
import { DocumentSet } from '../bitmap/document-set.ts'
import type { SnapshotPostings } from '../bitmap/posting-cache.ts'
import { wantedTerms } from './expand-query.ts'
import { clauseSets } from './match-sets.ts'
import { rankTiers } from './rank-tiers.ts'

/** Which documents match a query. */
export interface Matches {
  /** False when the text has no words, so that all matches are equally good. */
  hasWords: boolean
  /** How many documents there are, matching or not. */
  live: number
  /** All that match. */
  all: DocumentSet
  /** Best matches first, none in two. */
  levels: DocumentSet[]
  /** Those that would match without the filter on a field: what the counts of its facet are made of. */
  allBut(field: FilterField): DocumentSet
}

/** Finds what matches, without yet knowing what it is: sets of ordinals only. */
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
  const withWords = found.reduce((union, level) => union.or(level), nothing)
  const filtered = [...filters.values()].reduce((left, filter) => left.and(filter), live)
  const named = words.length === 0 ? nothing : await documentsNamed(db, query.words, blocks)
  return {
    hasWords: words.length > 0,
    live: live.count,
    all: withWords.and(filtered),
    levels: [withWords.and(named), ...found.map((level) => level.without(named))]
      .map((level) => level.and(filtered))
      .filter((level) => level.count > 0),
    allBut: (field) =>
      [...filters].filter(([name]) => name !== field).reduce((left, [, filter]) => left.and(filter), withWords),
  }
}

/** The documents whose id or name is the whole text: whatever else matches, these were meant. */
async function documentsNamed<Tables>(db: Kysely<Tables>, text: string, blocks: number): Promise<DocumentSet> {
  const asked = namedInFull(text)
  if (asked === undefined) return DocumentSet.empty(blocks)
  const { rows } = await sql<{ ordinal: number }>`
    select ordinal from search.document
    where name = ${asked.name} and (${asked.id ?? null}::text is null or lower(document ->> 'id') = ${asked.id ?? null})`.execute(
    db,
  )
  return DocumentSet.of(
    rows.map((row) => row.ordinal),
    blocks,
  )
}
