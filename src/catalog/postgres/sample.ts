import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from '../schema.ts'

/**
 * The part of the blocks of the table of repos to read, from 0 to 1: a quarter of `exactUpTo` rows where the table has more
 * rows than that. Postgres keeps its size; where it has not counted yet, a row is some 1,500 bytes.
 */
export async function sampleShare(db: Kysely<Database>, exactUpTo: number): Promise<number> {
  const { rows } = await sql<{ repos: number }>`
    select case when reltuples > 0 then reltuples else pg_relation_size(oid) / 1500 end::double precision as repos
    from pg_class where oid = 'catalog.repos'::regclass`.execute(db)
  const repos = rows[0]?.repos ?? 0
  return repos <= exactUpTo ? 1 : exactUpTo / 4 / repos
}

/** Restricts a scan of a table to so large a part of its blocks. */
export function sampled(share: number): RawBuilder<unknown> {
  return share < 1 ? sql`tablesample system (${sql.lit(100 * share)})` : sql``
}
