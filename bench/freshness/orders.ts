import { STAGE_WEIGHTS, type StageWeights, stageScore } from '../../src/catalog/stages/stage-order.ts'

/** What an order may look at: nothing but what the catalog knows of a repo whose stages are due. */
export interface DueRepo {
  repo: number
  /** Downloads of 30 days as last listed. */
  downloads: number
  /** Time of the oldest commit that its stages do not reflect, in days since the start. */
  dueSinceDays: number
  /** Whether its stages were never done. */
  isFirstTime: boolean
  /** That its stages would cost. */
  requests: number
}

export type Score = (due: DueRepo, nowDays: number) => number

/**
 * Which due repo comes next: the one with the greatest score. Without a score there are no due repos: it goes around all,
 * as a crawler must that does not compare `sha`.
 */
export interface Order {
  name: string
  score?: Score
}

export const ours = stageOrder('hubdex')
export const roundRobin: Order = { name: 'round-robin' }

export const ORDERS: readonly Order[] = [
  ours,
  roundRobin,
  { name: 'newest first', score: (due) => due.dueSinceDays },
  { name: 'oldest first', score: (due) => -due.dueSinceDays },
  { name: 'most popular first', score: (due) => due.downloads },
]

/** The order of hubdex, perhaps with other weights. Likes and trending scores are left out: no source has them by class. */
export function stageOrder(name: string, weights: Partial<StageWeights> = {}): Order & Required<Pick<Order, 'score'>> {
  const all = { ...STAGE_WEIGHTS, ...weights }
  return {
    name,
    score: ({ downloads, isFirstTime, dueSinceDays }, nowDays) =>
      stageScore({ downloads, likes: 0, trendingScore: 0, isFirstTime, ageDays: nowDays - dueSinceDays }, all),
  }
}
