import { type Kysely, sql } from 'kysely'
import type { CatalogKind } from '../../hub/kinds.ts'
import { enqueueForSearch } from '../outbox/outbox.ts'
import type { Database } from '../schema.ts'
import { findRepos } from './reads.ts'

/** A repo that a name or a hub id refers to. */
export interface NamedRepo {
  kind: CatalogKind
  id: string
  hubId: string
  isRemoved: boolean
}

/** A repo that was taken down. Its names are not stored. */
export interface Takedown {
  hubId: string
  kind: CatalogKind
  takenDownAt: Date
}

/** Number of deleted rows by table, for tables that had any. */
export type DeletedRows = Record<string, number>

/** Repos under a hub id, else a current name, else a former one. Kinds may share a name, and a name may be reused. */
export async function namedRepos(db: Kysely<Database>, name: string, kind?: CatalogKind): Promise<NamedRepo[]> {
  const repos = await findRepos(db, name, kind)
  return repos.map((repo) => ({
    kind: repo.kind,
    id: repo.id,
    hubId: repo.hubId,
    isRemoved: repo['removedAt'] !== undefined,
  }))
}

/**
 * Takes a repo down in one transaction: deletes every row about it, enqueues it for search, and blocks it from being written
 * again. Mentions in other repos, such as a model that names it as its base, stay.
 */
export async function takeDownRepo(db: Kysely<Database>, { hubId, kind }: NamedRepo): Promise<DeletedRows> {
  return await db.transaction().execute(async (transaction) => {
    // A page in progress may have checked for the takedown already, so it commits first; later pages see the takedown.
    // Pages take these locks in the same order.
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
    // Search drops repos that have an outbox entry and no row.
    await enqueueForSearch(transaction, [hubId])
    return Object.fromEntries([...counts].filter(([, rows]) => rows > 0))
  })
}

/** All takedowns, newest first. */
export async function listTakedowns(db: Kysely<Database>): Promise<Takedown[]> {
  return await db
    .selectFrom('catalog.takedowns')
    .select(['hub_id as hubId', 'kind', 'taken_down_at as takenDownAt'])
    .orderBy('taken_down_at', 'desc')
    .orderBy('hub_id')
    .execute()
}

/** Lifts a takedown, so that the next full pass may write the repo again. False if there was none. */
export async function liftTakedown(db: Kysely<Database>, hubId: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('catalog.takedowns').where('hub_id', '=', hubId).executeTakeFirst()
  return numDeletedRows > 0n
}

/** Read from the database, so that future tables are included. The takedown itself and the order of the outbox stay. */
async function tablesOfRepos(db: Kysely<Database>): Promise<string[]> {
  const { rows } = await sql<{ table: string }>`
    select c.relname as table from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'catalog'::regnamespace and c.relkind in ('r', 'p')
      and a.attname = 'hub_id' and not a.attisdropped and c.relname not in ('takedowns', 'search_outbox')
    order by c.relname`.execute(db)
  return rows.map((row) => row.table)
}

/** Deletes requests to refresh it, which are stored by name. A name that now belongs to another repo is skipped. */
async function deleteRequests(db: Kysely<Database>, hubId: string, kind: CatalogKind): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    with names as (
      select lower(id) as name from catalog.repos where hub_id = ${hubId}
      union select lower(alias) from catalog.repo_aliases where hub_id = ${hubId}
    )
    delete from catalog.refresh_queue q
    where q.kind = ${kind} and lower(q.id) in (select name from names) and not exists (
      select from catalog.repos r where r.kind = q.kind and lower(r.id) = lower(q.id) and r.hub_id <> ${hubId})`.execute(db)
  return Number(numAffectedRows)
}
