import type { ExpandedQuery, MatchKind, NameMatch, Term, WordMatch } from './expanded-query.ts'
import { NAME_COSTS, RELAXED_COSTS } from './expanded-query.ts'
import type { IndexedDocument, SearchDocument } from './search-document.ts'
import { FILTER_FIELDS, type FilterField, valuesOf } from './search-fields.ts'
import { documentWordsOf, facetValue, wholeNameOf } from './text/document-words.ts'
import { isSimilarName, joinedName, sortedNameParts } from './text/name-forms.ts'
import { normalize } from './text/normalize.ts'
import { popularityOf } from './text/popularity.ts'

/** Why a hit has its place: hits are sorted by `cost`, lowest first, then by `popularity`, highest first. */
export interface Explanation {
  /** Infinity if the words do not match, so that the repo was found by its meaning. */
  cost: number
  /** How the whole text matches the name. Undefined if it does not, or if the words cost less. */
  name: NameMatch | undefined
  words: ExplainedWord[]
  popularity: number
}

export interface ExplainedWord {
  word: string
  /** The cheapest match; undefined if the document lacks the word. */
  match: { kind: MatchKind; field: string; terms: string[]; cost: number } | undefined
}

/** Explains the rank of a document by the document, with the words of its README, and the expanded query alone. */
export function explain(document: IndexedDocument, query: ExpandedQuery, isRelaxed: boolean): Explanation {
  const terms = termsOf(document)
  const words = query.words.map(({ word, matches }) => ({ word, match: cheapestMatch(matches, terms) }))
  const costs = words.map(({ match }) => match?.cost ?? Number.POSITIVE_INFINITY)
  const byWords = isRelaxed ? relaxedCost(query, costs) : costs.reduce((sum, cost) => sum + cost, 0)
  const name = nameMatchOf(document, query)
  const isByName = !isRelaxed && name !== undefined && NAME_COSTS[name] < byWords
  return {
    cost: isByName ? NAME_COSTS[name] : byWords,
    name: isByName ? name : undefined,
    words,
    popularity: popularityOf(document),
  }
}

function relaxedCost({ words }: ExpandedQuery, costs: readonly number[]): number {
  const required = costs.filter((_, index) => words[index]?.isOptional !== true)
  return required.reduce((sum, cost) => {
    if (cost === Number.POSITIVE_INFINITY) return sum + RELAXED_COSTS.missing
    return cost <= RELAXED_COSTS.maxInName ? sum : sum + RELAXED_COSTS.elsewhere
  }, 0)
}

function cheapestMatch(matches: readonly WordMatch[], terms: ReadonlyMap<string, ReadonlySet<string>>) {
  const [best] = matches
    .filter((match) => match.terms.every((term) => occurrenceOf(term, terms) !== undefined))
    .sort((left, right) => left.cost - right.cost)
  if (best === undefined) return undefined
  return {
    kind: best.kind,
    field: (best.terms[0]?.field ?? '').replace('word ', ''),
    terms: best.terms.flatMap((term) => occurrenceOf(term, terms) ?? []),
    cost: best.cost,
  }
}

/** What the document has of a term. */
function occurrenceOf({ field, value, isPrefix }: Term, terms: ReadonlyMap<string, ReadonlySet<string>>): string | undefined {
  const own = terms.get(field)
  if (own === undefined) return undefined
  if (!isPrefix) return own.has(value) ? value : undefined
  return [...own].filter((candidate) => candidate !== value && candidate.startsWith(value)).sort()[0]
}

function termsOf(document: IndexedDocument): Map<string, Set<string>> {
  const words = Object.entries(documentWordsOf(document))
  const values = FILTER_FIELDS.map((field): [FilterField, string[]] => [field, valuesOf[field](document).map(facetValue)])
  const everywhere: [string, string[]] = ['live', ['']]
  return new Map([...words, ...values, everywhere].map(([field, all]): [string, Set<string>] => [field, new Set(all)]))
}

/** Whether the whole text of a query is the name of a document. */
export function isWholeName(document: SearchDocument, { name }: Pick<ExpandedQuery, 'name'>): boolean {
  if (name === undefined) return false
  const own = wholeNameOf(document)
  const isSame = joinedName(own) === name.joined || sortedNameParts(own) === name.sortedParts
  return isSame && (name.id === undefined || normalize(document.id) === name.id)
}

/** How the whole text matches the name of a document, among the ways that the search considered. */
function nameMatchOf(document: SearchDocument, { name, nameMatches }: ExpandedQuery): NameMatch | undefined {
  if (name === undefined) return undefined
  if (isWholeName(document, { name })) return 'whole'
  const joined = joinedName(wholeNameOf(document))
  if (nameMatches.includes('beginning') && joined !== name.joined && joined.startsWith(name.joined)) return 'beginning'
  return nameMatches.includes('similar') && isSimilarName(name.joined, joined) ? 'similar' : undefined
}
