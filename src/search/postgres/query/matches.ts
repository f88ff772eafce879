import type { Kysely } from 'kysely'
import type { CheckedQuery } from '../../checked-query.ts'
import { type ExpandedQuery, NAME_COSTS, type NameMatch } from '../../expanded-query.ts'
import type { FilterField, RangeField } from '../../search-fields.ts'
import { DocumentSet } from '../bitmap/document-set.ts'
import type { SnapshotPostings } from '../bitmap/posting-cache.ts'
import { Clauses } from './clauses.ts'
import { expandQuery } from './expand-query.ts'
import { clauseSets } from './match-sets.ts'
import { documentsNamed } from './named-documents.ts'
import { rangeSets } from './number-ranges.ts'
import { addAtCost, atLowestCost, rankTiers, type Tiers } from './rank-tiers.ts'
import { relaxedTiers } from './relax.ts'

/** Which documents match a query, as sets of ordinals. */
export interface Matches {
  /** What was looked for. Without words, all matches are equally good. */
  expanded: ExpandedQuery
  /** Whether no document matches all words, so that those with most of them are given. */
  isRelaxed: boolean
  /** The number of documents, matching or not. */
  live: number
  all: DocumentSet
  /** The documents that match the filters, whatever their words. */
  filtered: DocumentSet
  /** Disjoint rank tiers, best first. */
  tiers: DocumentSet[]
  /** The documents that match without the filter on a field; the counts of its facet are over these. */
  withoutFilter(field: FilterField): DocumentSet
  /** The documents that match without the range on a field, for its histogram. */
  withoutRange(field: RangeField): DocumentSet
}

export async function findMatches<Tables>(
  db: Kysely<Tables>,
  postings: SnapshotPostings,
  query: CheckedQuery,
): Promise<Matches> {
  const expanded = await expandQuery(db, query.words)
  const clauses = new Clauses(query.filters, expanded.words)
  const { sets, blocks } = await clauseSets(db, postings, clauses.wanted)
  const nothing = DocumentSet.empty(blocks)
  const setOf = (clause: number) => sets.get(clause)?.get(0) ?? nothing

  const live = setOf(clauses.live)
  const filters = new Map([...clauses.filters].map(([field, clause]) => [field, setOf(clause)]))
  const ranges = await rangeSets(db, query.ranges, blocks)
  const filtered = intersection(live, [...filters.values(), ...ranges.values()])
  const wordSets = clauses.wordSets(sets, nothing)
  const byWords = rankTiers(live, wordSets)
  const named = expanded.name === undefined ? NONE : await documentsNamed(db, expanded.name, byWords[0]?.[0], live)
  const strict = withNamed(byWords, named)
  const isRelaxed = strict.every(([, tier]) => tier.and(filtered).count === 0)
  const required = wordSets.filter((_, index) => expanded.words[index]?.isOptional === false)
  const found = isRelaxed ? [...strict, ...relaxedTiers(live, filtered, required)] : strict
  const withWords = found.reduce((union, [, documents]) => union.or(documents), nothing)
  const all = withWords.and(filtered)
  return {
    expanded: { ...expanded, nameMatches: [...named.keys()] },
    isRelaxed: isRelaxed && all.count > 0,
    live: live.count,
    all,
    filtered,
    tiers: found.map(([, tier]) => tier.and(filtered)).filter((tier) => tier.count > 0),
    withoutFilter: (field) => intersection(withWords, [...setsWithout(filters, field), ...ranges.values()]),
    withoutRange: (field) => intersection(withWords, [...filters.values(), ...setsWithout(ranges, field)]),
  }
}

function intersection(first: DocumentSet, others: readonly DocumentSet[]): DocumentSet {
  return others.reduce((left, right) => left.and(right), first)
}

function setsWithout<Field>(sets: ReadonlyMap<Field, DocumentSet>, field: Field): DocumentSet[] {
  return [...sets].filter(([name]) => name !== field).map(([, set]) => set)
}

const NONE: ReadonlyMap<NameMatch, DocumentSet> = new Map()

/** Adds the documents that the whole text names to those that all words match. */
function withNamed(byWords: Tiers, named: ReadonlyMap<NameMatch, DocumentSet>): Tiers {
  const sets = new Map(byWords)
  for (const [match, documents] of named) addAtCost(sets, NAME_COSTS[match], documents)
  return atLowestCost(sets)
}
