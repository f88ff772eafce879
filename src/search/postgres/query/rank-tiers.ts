import type { DocumentSet } from '../bitmap/document-set.ts'

/** Disjoint sets of documents by cost, lowest first. */
export type Tiers = [cost: number, documents: DocumentSet][]

/**
 * Ranks the documents that match all words into disjoint sets, best first.
 *
 * A document's cost is the sum of its lowest cost for each word. This is a dynamic program over sets: which documents have
 * reached cost c after the first k words.
 * @param words for each word, the documents that satisfy it, by cost
 */
export function rankTiers(all: DocumentSet, words: readonly ReadonlyMap<number, DocumentSet>[]): Tiers {
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
  return byCost(reached)
}

/** Leaves each document at its lowest cost only. */
export function atLowestCost(sets: ReadonlyMap<number, DocumentSet>): Tiers {
  let seen: DocumentSet | undefined
  return byCost(sets).map(([cost, documents]) => {
    const first = seen === undefined ? documents : documents.without(seen)
    seen = seen?.or(documents) ?? documents
    return [cost, first]
  })
}

/** Unites sets that have the same cost. */
export function addAtCost(sets: Map<number, DocumentSet>, cost: number, documents: DocumentSet): void {
  sets.set(cost, sets.get(cost)?.or(documents) ?? documents)
}

function byCost(sets: ReadonlyMap<number, DocumentSet>): Tiers {
  return [...sets].sort(([left], [right]) => left - right)
}
