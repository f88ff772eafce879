import { type Kysely, sql } from 'kysely'
import { configure } from '../../../catalog/postgres/transaction.ts'

/**
 * With these the planner uses indexes. All statements of this engine start from a short list of keys, but Postgres overestimates
 * its length: it then compiles the query (60 ms) and joins by reading whole tables. The embedded database never gathers
 * statistics on its own, either.
 */
const INDEX_PLANS = { jit: 'off', enable_seqscan: 'off', enable_hashjoin: 'off', enable_mergejoin: 'off' }

/** For the transaction of a writer: index plans, and names of tables mean those of a schema, the index or its shadow. */
export async function useIndex<Tables>(transaction: Kysely<Tables>, schema: string): Promise<void> {
  await configure(transaction, { ...INDEX_PLANS, search_path: schema })
}

/** For the transaction of a writer of whole tables: makes names of tables mean those of a schema. */
export async function useSchema<Tables>(transaction: Kysely<Tables>, schema: string): Promise<void> {
  await configure(transaction, { search_path: schema })
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
