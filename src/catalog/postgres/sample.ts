import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from '../schema.ts'

/**
 * The fraction of the blocks of the table of repos to read: 1 up to `exactUpTo` rows, else what has half as many, so that the
 * cost does not grow with the table. The row count is an estimate of Postgres, or the size of the table at 1,500 bytes per row
 * if it was never analyzed.
 */
export async function sampleShare(db: Kysely<Database>, exactUpTo: number): Promise<number> {
  const { rows } = await sql<{ repos: number }>`
    select case when reltuples > 0 then reltuples else pg_relation_size(oid) / 1500 end::double precision as repos
    from pg_class where oid = 'catalog.repos'::regclass`.execute(db)
  const repos = rows[0]?.repos ?? 0
  return repos <= exactUpTo ? 1 : exactUpTo / 2 / repos
}

/** Restricts a table scan to this fraction of its blocks: always the same ones, which are then cached. */
export function sampled(share: number): RawBuilder<unknown> {
  return share < 1 ? sql`tablesample system (${sql.lit(100 * share)}) repeatable (0)` : sql``
}

/** In a lateral subquery: keeps Postgres from reading the whole other table to join it with a sample. */
export function lookedUp(share: number): RawBuilder<unknown> {
  return share < 1 ? sql`offset 0` : sql``
}

/** Runs a query that Postgres would compile, which takes longer than a query of a sample. */
export async function uncompiled<Result>(db: Kysely<Database>, query: RawBuilder<Result>): Promise<Result[]> {
  return await db.transaction().execute(async (transaction) => {
    await sql`select set_config('jit', 'off', true)`.execute(transaction)
    return (await query.execute(transaction)).rows
  })
}
