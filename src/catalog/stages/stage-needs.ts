import type { Bucket } from '../../hub/budget/budget.ts'
import type { KnownBudget } from '../processes/budgets.ts'
import type { Stage } from '../schema.ts'

/** Requests by bucket. */
export type BucketNeed = Record<Bucket, number>

/** What a task costs on average. Of Parquet: whose name it is, the listing, then the footers of some three splits, redirects included. */
const REQUESTS: Readonly<Record<Stage, BucketNeed>> = {
  details: { api: 1, resolvers: 0 },
  parquet: { api: 2, resolvers: 6 },
  card: { api: 0, resolvers: 1 },
}

const DAY_SECONDS = 86_400

/** Where the server tells no limit. */
const UNLIMITED_TASKS = 1_000

/** So many at least: looking for what is due costs more than a few requests. */
const FEWEST_TASKS = 100

/** How many tasks of a stage what a token's budgets grant within so many seconds is enough for, or within a window if that is longer. */
export function tasksWithin(seconds: number, stage: Stage, budgets: readonly KnownBudget[]): number {
  const tasks = budgets
    .filter(({ bucket }) => REQUESTS[stage][bucket] > 0)
    .map(({ bucket, quota, windowSecs }) => (quota * Math.max(1, seconds / windowSecs)) / REQUESTS[stage][bucket])
  return tasks.length === 0 ? UNLIMITED_TASKS : Math.max(FEWEST_TASKS, Math.ceil(Math.min(...tasks)))
}

export interface StageNeeds {
  /** Seconds for all that is due of a stage, alone in its buckets. */
  byStage: Map<Stage, number | null>
  /** Seconds for all stages together: the fuller bucket decides. Null where a budget that they need was never seen. */
  seconds: number | null
}

/**
 * How long the budgets need for what is due.
 *
 * @param passRequests what passes take of each bucket in a day
 */
export function needsOf(
  due: readonly { stage: Stage; due: number }[],
  budgets: readonly KnownBudget[],
  passRequests: BucketNeed,
): StageNeeds {
  const perDay = new Map<Bucket, number>()
  for (const [bucket, ofTokens] of Map.groupBy(budgets, (budget) => budget.bucket)) {
    const granted = ofTokens.reduce((sum, { quota, windowSecs }) => sum + (quota / windowSecs) * DAY_SECONDS, 0)
    // However much passes take, some is always left at the end of a window.
    perDay.set(bucket, Math.max(granted / 100, granted - passRequests[bucket]))
  }
  const secondsFor = (need: BucketNeed): number | null => {
    const times = (['api', 'resolvers'] as const)
      .filter((bucket) => need[bucket] > 0)
      .map((bucket) => {
        const rate = perDay.get(bucket)
        return rate === undefined ? null : Math.ceil((need[bucket] / rate) * DAY_SECONDS)
      })
    return times.some((time) => time === null) ? null : Math.max(0, ...times.map((time) => time ?? 0))
  }
  const needs = due.map(({ stage, due: tasks }) => ({
    stage,
    need: { api: tasks * REQUESTS[stage].api, resolvers: tasks * REQUESTS[stage].resolvers },
  }))
  const total = { api: 0, resolvers: 0 }
  for (const { need } of needs) {
    total.api += need.api
    total.resolvers += need.resolvers
  }
  return { byStage: new Map(needs.map(({ stage, need }) => [stage, secondsFor(need)])), seconds: secondsFor(total) }
}
