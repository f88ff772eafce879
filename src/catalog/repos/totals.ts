import { type Kysely, sql } from 'kysely'
import type { Database } from '../schema.ts'

/** Replaces the changes to the numbers of repos by their sums. Others may fold or add changes at the same time. */
export async function foldTotals(db: Kysely<Database>): Promise<void> {
  await sql`
    with folded as (
      delete from catalog.repo_totals returning kind, live, tombstones
    )
    insert into catalog.repo_totals (kind, live, tombstones)
    select kind, sum(live), sum(tombstones) from folded group by kind having sum(live) <> 0 or sum(tombstones) <> 0`.execute(db)
}
