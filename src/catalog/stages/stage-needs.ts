import type { Bucket } from '../../hub/budget/budget.ts'
import type { KnownBudget } from '../processes/budgets.ts'
import type { Stage } from '../schema.ts'

/** Requests by bucket. */
export type BucketNeed = Record<Bucket, number>

/** Average cost of a task. `parquet` checks the repo, lists files, and reads about three footers with redirects. */
const REQUESTS: Readonly<Record<Stage, BucketNeed>> = {
  details: { api: 1, resolvers: 0 },
  parquet: { api: 2, resolvers: 6 },
  card: { api: 0, resolvers: 1 },
}

const DAY_SECONDS = 86_400

/** Used if the server announces no limit. */
const UNLIMITED_TASKS = 1_000

/** The minimum, because finding due tasks costs more than a few requests. */
const FEWEST_TASKS = 100

/** How many tasks of a stage a token's budgets allow within this time, or within a window if that is longer. */
export function tasksWithin(seconds: number, stage: Stage, budgets: readonly KnownBudget[]): number {
  const tasks = budgets
    .filter(({ bucket }) => REQUESTS[stage][bucket] > 0)
    .map(({ bucket, quota, windowSecs }) => (quota * Math.max(1, seconds / windowSecs)) / REQUESTS[stage][bucket])
  return tasks.length === 0 ? UNLIMITED_TASKS : Math.max(FEWEST_TASKS, Math.ceil(Math.min(...tasks)))
}

export interface StageNeeds {
  /** Seconds for everything due of a stage if no other stage uses its buckets. */
  byStage: Map<Stage, number | null>
  /** Seconds for all stages together: the busiest bucket decides. Null if a required budget was never seen. */
  seconds: number | null
}

/** How long the budgets need for everything due, with `passRequests` per day taken off. */
export function needsOf(
  due: readonly { stage: Stage; due: number }[],
  budgets: readonly KnownBudget[],
  passRequests: BucketNeed,
): StageNeeds {
  const perDay = new Map<Bucket, number>()
  for (const [bucket, ofTokens] of Map.groupBy(budgets, (budget) => budget.bucket)) {
    const granted = ofTokens.reduce((sum, { quota, windowSecs }) => sum + (quota / windowSecs) * DAY_SECONDS, 0)
    // However much passes use, some of the budget is always left at the end of a window.
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
