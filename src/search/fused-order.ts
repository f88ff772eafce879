/** Damps the difference between the first ranks. The value of the paper that introduced the method (Cormack et al., 2009). */
const DAMPING = 60

/**
 * Blends two rankings by reciprocal rank fusion: an item scores `weight / (60 + rank)` in each. It compares ranks only, because
 * the scores of words and of vectors have nothing in common. Ties go by the order of the first ranking.
 * @param ratio the weight of the second ranking, from 0 to 1; the first has the rest
 */
export function fusedOrder<Item>(byWords: readonly Item[], byMeaning: readonly Item[], ratio: number): Item[] {
  const scores = new Map<Item, number>(byWords.map((item) => [item, 0]))
  const add = (ranking: readonly Item[], weight: number) => {
    for (const [index, item] of ranking.entries()) {
      scores.set(item, (scores.get(item) ?? 0) + weight / (DAMPING + index + 1))
    }
  }
  add(byWords, 1 - ratio)
  add(byMeaning, ratio)
  return [...scores].sort(([, left], [, right]) => right - left).map(([item]) => item)
}
