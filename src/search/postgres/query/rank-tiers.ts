import type { DocumentSet } from '../bitmap/document-set.ts'

/**
 * Ranks the documents that match all words: the first set holds the best matches, and no document is in two sets.
 *
 * A document's cost is the sum over the words of the least cost at which it satisfies each. Level by level this is a
 * dynamic program over sets: which documents have reached cost c after the first k words.
 *
 * @param all every document there is
 * @param words for each word, the documents that satisfy it by cost
 */
export function rankTiers(all: DocumentSet, words: readonly ReadonlyMap<number, DocumentSet>[]): DocumentSet[] {
  let reached = new Map<number, DocumentSet>([[0, all]])
  for (const word of words) {
    const next = new Map<number, DocumentSet>()
    for (const [cost, documents] of atLeastCost(word)) {
      for (const [costSoFar, documentsSoFar] of reached) {
        const both = documentsSoFar.and(documents)
        if (both.count === 0) continue
        const sum = costSoFar + cost
        next.set(sum, next.get(sum)?.or(both) ?? both)
      }
    }
    reached = next
  }
  return byCost(reached).map(([, documents]) => documents)
}

/** Each document at the least cost only. */
function atLeastCost(word: ReadonlyMap<number, DocumentSet>): [number, DocumentSet][] {
  let seen: DocumentSet | undefined
  return byCost(word).map(([cost, documents]) => {
    const first = seen === undefined ? documents : documents.without(seen)
    seen = seen?.or(documents) ?? documents
    return [cost, first]
  })
}

function byCost(sets: ReadonlyMap<number, DocumentSet>): [number, DocumentSet][] {
  return [...sets].sort(([left], [right]) => left - right)
}
