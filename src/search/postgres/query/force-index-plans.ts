import { type Kysely, sql } from 'kysely'

/**
 * Has the planner reach every row by an index for the rest of the transaction.
 *
 * All statements of this engine start from a short list of keys, but Postgres cannot know how short: it takes bitmaps for
 * expensive, compiles the query (60 ms) and joins by reading whole tables (the embedded engine never gathers statistics on
 * its own, either). Set with set_config because the embedded engine resets its session after a SET.
 */
export async function forceIndexPlans<Tables>(transaction: Kysely<Tables>): Promise<void> {
  await sql`
    select set_config(name, 'off', true)
    from unnest(array['jit', 'enable_seqscan', 'enable_hashjoin', 'enable_mergejoin']) as setting (name)`.execute(
    transaction,
  )
}
