import { RELAXED_COSTS } from '../../expanded-query.ts'
import type { DocumentSet } from '../bitmap/document-set.ts'
import { addAtCost, type Tiers } from './rank-tiers.ts'

/**
 * Ranks the documents that match most of the words: as many as any document in `wanted` does, and at least half of them.
 * @param words for each word, the documents that satisfy it, by cost
 */
export function relaxedTiers(
  live: DocumentSet,
  wanted: DocumentSet,
  words: readonly ReadonlyMap<number, DocumentSet>[],
): Tiers {
  const maxMissing = Math.floor(words.length / 2)
  let reached = new Map<number, DocumentSet>([[0, live]])
  for (const word of words) {
    const next = new Map<number, DocumentSet>()
    for (const [costSoFar, documents] of reached) {
      for (const [cost, among] of inThreeSets(documents, word)) {
        const sum = costSoFar + cost
        if (among.count > 0 && missingWords(sum) <= maxMissing) addAtCost(next, sum, among)
      }
    }
    reached = next
  }
  const tiers = [...reached].sort(([left], [right]) => left - right)
  const best = tiers.find(([, documents]) => documents.and(wanted).count > 0)
  if (best === undefined) return []
  const missing = missingWords(best[0])
  return tiers.filter(([cost]) => missingWords(cost) <= missing)
}

function missingWords(cost: number): number {
  return Math.floor(cost / RELAXED_COSTS.missing)
}

/** The documents that have a word in their name, elsewhere, and not at all. */
function inThreeSets(documents: DocumentSet, word: ReadonlyMap<number, DocumentSet>): Tiers {
  let inName = documents.without(documents)
  let anywhere = inName
  for (const [cost, matching] of word) {
    anywhere = anywhere.or(matching)
    if (cost <= RELAXED_COSTS.maxInName) inName = inName.or(matching)
  }
  return [
    [0, documents.and(inName)],
    [RELAXED_COSTS.elsewhere, documents.and(anywhere.without(inName))],
    [RELAXED_COSTS.missing, documents.without(anywhere)],
  ]
}
