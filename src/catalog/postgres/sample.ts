import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from '../schema.ts'
import { configure } from './transaction.ts'

/** Which repos to read for counts. */
export interface RepoSample {
  /** Kinds with so few repos that all are read. */
  wholeKinds: readonly string[]
  /** The fraction of the blocks of the table that is read for the other kinds; 1 to read every repo. */
  share: number
}

export const EVERY_REPO: RepoSample = { wholeKinds: [], share: 1 }

/**
 * Every repo up to `exactUpTo`. Above, every repo of kinds with at most half as many, and of the others a sample: half of
 * `exactUpTo` in all, or up to four times as many until each kind has a fortieth. So the cost does not grow with the table.
 */
export async function chooseSample(db: Kysely<Database>, exactUpTo: number): Promise<RepoSample> {
  const { rows } = await sql<{ kind: string; repos: number }>`
    select kind, sum(live + tombstones)::double precision as repos from catalog.repo_totals group by kind`.execute(db)
  const all = rows.reduce((sum, { repos }) => sum + repos, 0)
  const large = rows.filter(({ repos }) => repos > exactUpTo / 2)
  if (all <= exactUpTo || large.length === 0) return EVERY_REPO
  const share = Math.max(exactUpTo / 2 / all, ...large.map(({ repos }) => exactUpTo / 40 / repos))
  return {
    wholeKinds: rows.filter((row) => !large.includes(row)).map(({ kind }) => kind),
    share: Math.min(share, (2 * exactUpTo) / all),
  }
}

/** The table of repos with only the rows of a sample. The blocks are always the same ones, which are then cached. */
export function sampledRepos({ wholeKinds, share }: RepoSample): RawBuilder<unknown> {
  if (share === 1) return sql`catalog.repos`
  const kinds = sql`${[...wholeKinds]}::text[]`
  return sql`(
    select * from catalog.repos where kind = any(${kinds})
    union all
    select * from catalog.repos tablesample system (${sql.lit(100 * share)}) repeatable (0) where kind <> all(${kinds}))`
}

/** In a lateral subquery: keeps Postgres from reading the whole other table to join it with a sample. */
export function lookedUp({ share }: RepoSample): RawBuilder<unknown> {
  return share < 1 ? sql`offset 0` : sql``
}

/** Runs a query that Postgres would compile, which takes longer than a query of a sample. */
export async function uncompiled<Result>(db: Kysely<Database>, query: RawBuilder<Result>): Promise<Result[]> {
  return await db.transaction().execute(async (transaction) => {
    await configure(transaction, { jit: 'off' })
    return (await query.execute(transaction)).rows
  })
}
