import type { Kysely } from 'kysely'
import type { FilterField } from '../../search-fields.ts'
import { facetValue, WORD_PLACES } from '../../text/document-words.ts'
import type { QueryWord } from '../../text/query-words.ts'
import { LIVE } from '../index/terms.ts'
import { similarWords } from './similar-words.ts'

/** A term (with `isPrefix`, all longer terms that begin with it) that satisfies a clause of a query at a cost. */
export interface WantedTerm {
  /** 0 matches all documents; then one clause per filter, then one per word. */
  clause: number
  /** 0 for the best match. */
  cost: number
  field: string
  value: string
  isPrefix: boolean
}

/** The cost of a match is twice the index of its place, plus one for a prefix, or plus more than any place for a typo. */
const PREFIX_COST = 1
const PLACE_COST = 2
const TYPO_COST = PLACE_COST * WORD_PLACES.length

/** All terms that matter to a query. A document matches if it has a term of every clause. */
export async function wantedTerms<Tables>(
  db: Kysely<Tables>,
  filters: ReadonlyMap<FilterField, readonly string[]>,
  words: readonly QueryWord[],
): Promise<WantedTerm[]> {
  const wanted: WantedTerm[] = [{ clause: 0, cost: 0, field: LIVE, value: '', isPrefix: false }]
  let clause = 0
  for (const [field, values] of filters) {
    clause++
    for (const value of values) wanted.push({ clause, cost: 0, field, value: facetValue(value), isPrefix: false })
  }
  const clauseOf = new Map<string, number>()
  for (const { word, isPrefix } of words) {
    clause++
    clauseOf.set(word, clause)
    for (const [index, field] of WORD_PLACES.entries()) {
      const cost = PLACE_COST * index
      wanted.push({ clause, cost, field, value: word, isPrefix: false })
      if (isPrefix) wanted.push({ clause, cost: cost + PREFIX_COST, field, value: word, isPrefix })
    }
  }
  for (const { word, place, similar } of await similarWords(db, [...clauseOf.keys()])) {
    const cost = TYPO_COST + PLACE_COST * WORD_PLACES.indexOf(place)
    wanted.push({ clause: clauseOf.get(word) ?? 0, cost, field: place, value: similar, isPrefix: false })
  }
  return wanted
}
