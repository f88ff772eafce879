import { type Kysely, sql } from 'kysely'

/**
 * Makes the planner use indexes for the rest of the transaction.
 *
 * All statements of this engine start from a short list of keys, but Postgres overestimates its length: it then compiles the
 * query (60 ms) and joins by reading whole tables. The embedded database never gathers statistics on its own, either, and it
 * resets its session after a SET, hence set_config.
 */
export async function forceIndexPlans<Tables>(transaction: Kysely<Tables>): Promise<void> {
  await configure(transaction, INDEX_PLANS)
}

/** For a writer: also makes names of tables mean those of a schema, the index or its shadow. */
export async function useIndex<Tables>(transaction: Kysely<Tables>, schema: string): Promise<void> {
  await configure(transaction, { ...INDEX_PLANS, search_path: schema })
}

/** For a writer of whole tables: makes names of tables mean those of a schema. */
export async function useSchema<Tables>(transaction: Kysely<Tables>, schema: string): Promise<void> {
  await configure(transaction, { search_path: schema })
}

const INDEX_PLANS = { jit: 'off', enable_seqscan: 'off', enable_hashjoin: 'off', enable_mergejoin: 'off' }

async function configure<Tables>(transaction: Kysely<Tables>, settings: Readonly<Record<string, string>>): Promise<void> {
  await sql`
    select set_config(name, value, true)
    from unnest(${Object.keys(settings)}::text[], ${Object.values(settings)}::text[]) as setting (name, value)`.execute(
    transaction,
  )
}

/** A search runs the same few statements, whose prepared plans read the same indexes whatever their values are. */
const SEARCH_PLANS = { ...INDEX_PLANS, plan_cache_mode: 'force_generic_plan' }

/**
 * Starts a transaction that only reads, in one round trip. The lock comes before the snapshot, and keeps the tables from being
 * replaced: a snapshot from before would not see all rows of the new ones.
 */
export const START_SNAPSHOT = sql.raw(`
  start transaction isolation level repeatable read, read only;
  lock table search.block in access share mode;
  select ${Object.entries(SEARCH_PLANS).map(([name, value]) => `set_config('${name}', '${value}', true)`)}`)
