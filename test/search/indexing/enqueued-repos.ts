import { type Kysely, sql } from 'kysely'
import type { Database } from '../../../src/catalog/schema.ts'

/** Writes models `hub-<number>` and their outbox entries, like a page of a crawl. */
export async function writeEnqueued(
  db: Kysely<Database>,
  { first = 1, last, license = 'mit', likes = 0 }: { first?: number; last: number; license?: string; likes?: number },
): Promise<void> {
  await sql`
    with written as (
      insert into catalog.repos (hub_id, kind, id, author, license, content_hash)
      select 'hub-' || n, 'model', 'a/repo-' || n, 'a', ${license}::text, md5(n::text)::uuid
      from generate_series(${first}::int, ${last}::int) as n
      on conflict (hub_id) do update set license = excluded.license, removed_at = null returning hub_id
    ), counted as (
      insert into catalog.repo_counters (hub_id, likes) select hub_id, ${likes}::bigint from written
      on conflict (hub_id) do update set likes = excluded.likes
    )
    insert into catalog.search_outbox (hub_id, counters_only) select hub_id, false from written`.execute(db)
}
