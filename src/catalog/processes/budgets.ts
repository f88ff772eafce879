import { type Kysely, sql } from 'kysely'
import type { Bucket, BudgetSnapshot } from '../../hub/budget/budget.ts'
import type { Database } from '../schema.ts'

/** A budget as last seen by any process. */
export interface KnownBudget {
  /** Fingerprint of the token. */
  budget: string
  bucket: Bucket
  remaining: number
  quota: number
  windowSecs: number
  resetAt: Date
  seenAt: Date
}

/** Stores what a process knows of a token's budget, for other processes to plan with. */
export async function saveBudget(
  db: Kysely<Database>,
  endpoint: string,
  budget: string,
  { bucket, remaining, quota, windowSecs, resetAtMs }: BudgetSnapshot,
): Promise<void> {
  const seen = { remaining, quota, window_secs: windowSecs, reset_at: new Date(resetAtMs), seen_at: sql<Date>`now()` }
  // Within a window the lowest value is the newest: a process that has been idle still believes the window is full.
  const isSameWindow = sql<boolean>`abs(extract(epoch from excluded.reset_at - budgets.reset_at)) < excluded.window_secs / 2`
  const least = sql<number>`case when ${isSameWindow} then least(budgets.remaining, excluded.remaining) else excluded.remaining end`
  await db
    .insertInto('catalog.budgets')
    .values({ endpoint, budget, bucket, ...seen })
    .onConflict((conflict) => conflict.columns(['endpoint', 'budget', 'bucket']).doUpdateSet({ ...seen, remaining: least }))
    .execute()
}

/** The budgets at a Hub, without those that were last seen a day before the newest one: their tokens are out of use. */
export async function knownBudgets(db: Kysely<Database>, endpoint: string): Promise<KnownBudget[]> {
  const rows = await db
    .selectFrom('catalog.budgets')
    .selectAll()
    .where('endpoint', '=', endpoint)
    .where(sql<boolean>`seen_at > (select max(seen_at) from catalog.budgets where endpoint = ${endpoint}) - interval '1 day'`)
    .orderBy('bucket')
    .orderBy('budget')
    .execute()
  return rows.map((row) => ({
    budget: row.budget,
    bucket: row.bucket,
    remaining: Number(row.remaining),
    quota: Number(row.quota),
    windowSecs: row.window_secs,
    resetAt: row.reset_at,
    seenAt: row.seen_at,
  }))
}

/** API requests per second that each token may send, by its fingerprint. */
export async function requestRates(db: Kysely<Database>, endpoint: string): Promise<Map<string, number>> {
  const budgets = await knownBudgets(db, endpoint)
  const api = budgets.filter(({ bucket }) => bucket === 'api')
  return new Map(api.map(({ budget, quota, windowSecs }) => [budget, quota / windowSecs]))
}
