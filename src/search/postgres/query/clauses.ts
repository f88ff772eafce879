import type { ExpandedWord } from '../../expanded-query.ts'
import type { FilterField } from '../../search-fields.ts'
import { facetValue } from '../../text/document-words.ts'
import type { DocumentSet } from '../bitmap/document-set.ts'
import { LIVE } from '../index/terms.ts'
import type { ClauseSets, WantedTerm } from './match-sets.ts'
import { addAtCost } from './rank-tiers.ts'

/** The clauses of a query, each with the terms that satisfy it, numbered in the order in which they are added. */
export class Clauses {
  readonly wanted: WantedTerm[] = []
  #next = 0
  readonly live = this.#add([{ cost: 0, field: LIVE, value: '', isPrefix: false }])
  readonly filters: ReadonlyMap<FilterField, number>
  readonly #words: { clause: number; conjunctions: { cost: number; clauses: number[] }[] }[]

  constructor(filters: ReadonlyMap<FilterField, readonly string[]>, words: readonly ExpandedWord[]) {
    this.filters = new Map(
      [...filters].map(([field, values]) => [
        field,
        this.#add(values.map((value) => ({ cost: 0, field, value: facetValue(value), isPrefix: false }))),
      ]),
    )
    this.#words = words.map(({ matches }) => ({
      clause: this.#add(
        matches
          .filter(({ terms }) => terms.length === 1)
          .flatMap(({ cost, terms }) => terms.map((term) => ({ ...term, cost }))),
      ),
      // A match of several terms needs a clause for each, since a document must have them all.
      conjunctions: matches
        .filter(({ terms }) => terms.length > 1)
        .map(({ cost, terms }) => ({ cost, clauses: terms.map((term) => this.#add([{ ...term, cost: 0 }])) })),
    }))
  }

  /** For each word of the query, the documents that match it, by cost. */
  wordSets(sets: ClauseSets, nothing: DocumentSet): Map<number, DocumentSet>[] {
    return this.#words.map(({ clause, conjunctions }) => {
      const own = new Map(sets.get(clause))
      for (const { cost, clauses } of conjunctions) {
        const [first = nothing, ...others] = clauses.map((member) => sets.get(member)?.get(0) ?? nothing)
        const all = others.reduce((left, other) => left.and(other), first)
        if (all.count > 0) addAtCost(own, cost, all)
      }
      return own
    })
  }

  #add(terms: readonly Omit<WantedTerm, 'clause'>[]): number {
    const clause = this.#next++
    this.wanted.push(...terms.map((term) => ({ ...term, clause })))
    return clause
  }
}
