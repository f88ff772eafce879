/** Ranks beyond this count as not found: nobody reads on. */
export const DEPTH = 100
const FIRST = 3

export interface Found {
  queries: number
  meanReciprocalRank: number
  /** The share of queries whose answer is among the first three hits. */
  inFirst: number
  missing: number
}

/** @param ranks the rank of each right answer, from 1; undefined if it was not found */
export function summaryOf(ranks: readonly (number | undefined)[]): Found {
  const sum = ranks.reduce<number>((total, rank) => total + (rank === undefined ? 0 : 1 / rank), 0)
  return {
    queries: ranks.length,
    meanReciprocalRank: sum / Math.max(1, ranks.length),
    inFirst: ranks.filter((rank) => rank !== undefined && rank <= FIRST).length / Math.max(1, ranks.length),
    missing: ranks.filter((rank) => rank === undefined).length,
  }
}

/**
 * Normalized discounted cumulative gain of the first ten hits: 1 if no better ten exist.
 * @param grades of the hits, in order
 * @param available the grades of all documents
 */
export function ndcg(grades: readonly number[], available: readonly number[]): number {
  const best = gainOf([...available].sort((left, right) => right - left))
  return best === 0 ? 0 : gainOf(grades) / best
}

function gainOf(grades: readonly number[]): number {
  return grades.slice(0, 10).reduce((sum, grade, index) => sum + (2 ** grade - 1) / Math.log2(index + 2), 0)
}
