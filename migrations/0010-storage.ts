import { type Kysely, sql } from 'kysely'

/**
 * How Postgres stores what changes most. Counters of 15 to 30 % of all repos move each day, and with room on its page a new
 * version of a row stays there and costs no index an entry: of 360,000 updates of 300,000 rows 30 % did at the default
 * fill, 77 % at 90, 99.7 % at 80 and 100 % at 70, in 2.7, 1.6, 0.9 and 1.1 s; the table grew to 44, 45, 47 and 52 MB.
 *
 * Tables that are queues are emptied as fast as they are filled: vacuum comes by what has died, not by a share of rows.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const QUEUES = ['catalog.search_outbox', 'catalog.stage_claims', 'catalog.refresh_queue', 'catalog.removal_candidates']

const statements = [
  'alter table catalog.repo_counters set (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05)',
  'alter table catalog.repos set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02)',
  ...QUEUES.map(
    (table) =>
      `alter table ${table} set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000)`,
  ),
]
