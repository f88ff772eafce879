import { type Kysely, sql } from 'kysely'
import type { Database } from '../schema.ts'

/** Tables that a crawl changes much. */
const CHURNED = [
  'catalog.repos',
  'catalog.repo_counters',
  'catalog.search_outbox',
  'catalog.passes',
  'catalog.repo_stages',
  'catalog.stage_claims',
  'catalog.failures',
] as const

/**
 * What autovacuum does on a server: gives back the space of old row versions and tells the planner how large things are.
 * The embedded engine has no autovacuum, so whoever has changed much there calls this at the end.
 */
export async function vacuum(db: Kysely<Database>): Promise<void> {
  for (const table of CHURNED) await sql`vacuum (analyze) ${sql.table(table)}`.execute(db)
}
