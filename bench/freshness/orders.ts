import { STAGE_WEIGHTS, type StageWeights, stageScore } from '../../src/catalog/stages/stage-order.ts'

/** What an order can use: what the catalog knows of a repo whose stages are due. */
export interface DueRepo {
  repo: number
  /** Downloads in 30 days as last listed. */
  downloads: number
  /** Time of the oldest commit that its stages do not reflect, in days since the start. */
  dueSinceDays: number
  /** Whether its stages were never done. */
  isFirstTime: boolean
  /** The cost of its stages. */
  requests: number
}

export type Score = (due: DueRepo, nowDays: number) => number

/** The due repo with the highest score is next. Without a score all take turns, as in a crawler that compares no `sha`. */
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

/** The order of hubdex, optionally with other weights. Likes and trending scores are left out: no source has them by class. */
export function stageOrder(name: string, weights: Partial<StageWeights> = {}): Order & Required<Pick<Order, 'score'>> {
  const all = { ...STAGE_WEIGHTS, ...weights }
  return {
    name,
    score: ({ downloads, isFirstTime, dueSinceDays }, nowDays) =>
      stageScore({ downloads, likes: 0, trendingScore: 0, isFirstTime, ageDays: nowDays - dueSinceDays }, all),
  }
}
