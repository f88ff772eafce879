import { type Kysely, sql } from 'kysely'
import type { Bucket, BudgetSnapshot } from '../hub/budget.ts'
import type { Database } from './schema.ts'

/** A budget as a process last saw it. */
export interface KnownBudget {
  bucket: Bucket
  remaining: number
  quota: number
  windowSecs: number
  resetAt: Date
  seenAt: Date
}

/** Keeps what a process knows of a budget, for others to plan by. */
export async function saveBudget(db: Kysely<Database>, endpoint: string, snapshot: BudgetSnapshot): Promise<void> {
  const { bucket, remaining, quota, windowSecs, resetAtMs } = snapshot
  const seen = { remaining, quota, window_secs: windowSecs, reset_at: new Date(resetAtMs), seen_at: sql<Date>`now()` }
  await db
    .insertInto('catalog.budgets')
    .values({ endpoint, bucket, ...seen })
    .onConflict((conflict) => conflict.columns(['endpoint', 'bucket']).doUpdateSet(seen))
    .execute()
}

/** The budgets at a Hub, of those buckets that were ever seen. */
export async function knownBudgets(db: Kysely<Database>, endpoint: string): Promise<KnownBudget[]> {
  const rows = await db
    .selectFrom('catalog.budgets')
    .selectAll()
    .where('endpoint', '=', endpoint)
    .orderBy('bucket')
    .execute()
  return rows.map((row) => ({
    bucket: row.bucket,
    remaining: Number(row.remaining),
    quota: Number(row.quota),
    windowSecs: row.window_secs,
    resetAt: row.reset_at,
    seenAt: row.seen_at,
  }))
}
