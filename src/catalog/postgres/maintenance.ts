import { type Kysely, sql } from 'kysely'
import type { Database } from '../schema.ts'

/** Tables that a crawl changes a lot. */
const CHURNED = [
  'catalog.repos',
  'catalog.repo_counters',
  'catalog.search_outbox',
  'catalog.passes',
  'catalog.repo_stages',
  'catalog.stage_claims',
  'catalog.failures',
  'search.document',
] as const

/** Vacuums and analyzes. The embedded engine has no autovacuum, so commands that change a lot call this at the end. */
export async function vacuum(db: Kysely<Database>): Promise<void> {
  for (const table of CHURNED) await sql`vacuum (analyze) ${sql.table(table)}`.execute(db)
}
