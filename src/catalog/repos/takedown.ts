import { type Kysely, sql } from 'kysely'
import type { RepoKind } from '../../hub/kinds.ts'
import { enqueueForSearch } from '../outbox/outbox.ts'
import type { Database } from '../schema.ts'
import { findRepos } from './reads.ts'

/** A repo that a name or a hub id means. */
export interface NamedRepo {
  kind: RepoKind
  id: string
  hubId: string
  isRemoved: boolean
}

/** A repo that was taken down here. Its names are not kept. */
export interface ForgottenRepo {
  hubId: string
  kind: RepoKind
  takenDownAt: Date
}

/** Rows deleted by table, tables of which nothing was deleted left out. */
export type ForgottenRows = Record<string, number>

/**
 * Repos under a hub id, else under a present name, else under a former one. More than one where kinds share a name, or
 * where a name was given to a new repo.
 */
export async function namedRepos(db: Kysely<Database>, name: string, kind?: RepoKind): Promise<NamedRepo[]> {
  const repos = await findRepos(db, name, kind)
  return repos.map((repo) => ({
    kind: repo.kind,
    id: repo.id,
    hubId: repo.hubId,
    isRemoved: repo['removedAt'] !== undefined,
  }))
}

/**
 * Takes a repo down: deletes every row about it, announces that to search, and keeps it from being written again, in one
 * transaction. What other repos say of it, such as a model that names it as its base, is theirs and stays.
 */
export async function forgetRepo(db: Kysely<Database>, { hubId, kind }: NamedRepo): Promise<ForgottenRows> {
  return await db.transaction().execute(async (transaction) => {
    // A page that is being written may already have looked whether this repo may be written; it goes first, whole, and
    // those that come later see the block. In this order, because a page takes the locks in this order.
    await sql`lock table catalog.repo_counters, catalog.repos in share row exclusive mode`.execute(transaction)
    await transaction
      .insertInto('catalog.takedowns')
      .values({ hub_id: hubId, kind })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const counts = new Map<string, number>()
    counts.set('refresh_queue', await deleteRequests(transaction, hubId, kind))
    for (const table of await tablesOfRepos(transaction)) {
      const { numAffectedRows = 0n } = await sql`
        delete from ${sql.id('catalog', table)} where hub_id = ${hubId}`.execute(transaction)
      counts.set(table, (counts.get(table) ?? 0) + Number(numAffectedRows))
    }
    // Search drops what has an entry and no row.
    await enqueueForSearch(transaction, [hubId])
    return Object.fromEntries([...counts].filter(([, rows]) => rows > 0))
  })
}

/** All blocks, the newest first. */
export async function forgottenRepos(db: Kysely<Database>): Promise<ForgottenRepo[]> {
  return await db
    .selectFrom('catalog.takedowns')
    .select(['hub_id as hubId', 'kind', 'taken_down_at as takenDownAt'])
    .orderBy('taken_down_at', 'desc')
    .orderBy('hub_id')
    .execute()
}

/** Lifts a block: the next full pass may write the repo again. False when there was none. */
export async function allowRepo(db: Kysely<Database>, hubId: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('catalog.takedowns').where('hub_id', '=', hubId).executeTakeFirst()
  return numDeletedRows > 0n
}

/** As the database says, so that a table to come is not missed. The block itself stays, and so does the outbox's order. */
async function tablesOfRepos(db: Kysely<Database>): Promise<string[]> {
  const { rows } = await sql<{ table: string }>`
    select c.relname as table from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'catalog'::regnamespace and c.relkind in ('r', 'p')
      and a.attname = 'hub_id' and not a.attisdropped and c.relname not in ('takedowns', 'search_outbox')
    order by c.relname`.execute(db)
  return rows.map((row) => row.table)
}

/** Requests to look at it, which stand under its names; a name that is another repo's now is left to that. */
async function deleteRequests(db: Kysely<Database>, hubId: string, kind: RepoKind): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    with names as (
      select lower(id) as name from catalog.repos where hub_id = ${hubId}
      union select lower(alias) from catalog.repo_aliases where hub_id = ${hubId}
    )
    delete from catalog.refresh_queue q
    where q.kind = ${kind} and lower(q.id) in (select name from names) and not exists (
      select from catalog.repos r where r.kind = q.kind and lower(r.id) = lower(q.id) and r.hub_id <> ${hubId})`.execute(
    db,
  )
  return Number(numAffectedRows)
}
