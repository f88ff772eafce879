import { type Kysely, sql } from 'kysely'

/**
 * Makes the planner use indexes for the rest of the transaction.
 *
 * All statements of this engine start from a short list of keys, but Postgres overestimates its length: it then compiles the
 * query (60 ms) and joins by reading whole tables. The embedded database never gathers statistics on its own, either, and it
 * resets its session after a SET, hence set_config.
 */
export async function forceIndexPlans<Tables>(transaction: Kysely<Tables>): Promise<void> {
  await sql`
    select set_config(name, 'off', true)
    from unnest(array['jit', 'enable_seqscan', 'enable_hashjoin', 'enable_mergejoin']) as setting (name)`.execute(transaction)
}
