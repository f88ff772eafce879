import type { DocumentSet } from '../bitmap/document-set.ts'

/**
 * Ranks the documents that match all words into disjoint sets, best first.
 *
 * A document's cost is the sum of its lowest cost for each word. This is a dynamic program over sets: which documents have
 * reached cost c after the first k words.
 * @param words for each word, the documents that satisfy it, by cost
 */
export function rankTiers(all: DocumentSet, words: readonly ReadonlyMap<number, DocumentSet>[]): DocumentSet[] {
  let reached = new Map<number, DocumentSet>([[0, all]])
  for (const word of words) {
    const next = new Map<number, DocumentSet>()
    for (const [cost, documents] of atLowestCost(word)) {
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

/** Leaves each document at its lowest cost only. */
function atLowestCost(word: ReadonlyMap<number, DocumentSet>): [number, DocumentSet][] {
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
