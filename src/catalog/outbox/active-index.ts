import { type Kysely, sql } from 'kysely'
import type { LeaseOwner } from '../processes/lease-owner.ts'
import { isLeasedByOther } from '../processes/processes.ts'
import type { Database } from '../schema.ts'

/** Which search index follows the outbox. */
export interface ActiveIndex {
  name: string
  /** A complete index that is about to take its place. */
  nextName: string | null
  /** Grows when another index takes its place. */
  epoch: number
}

/** The index of a catalog that was never told otherwise. */
export const POSTGRES_INDEX = 'postgres'

export async function readActiveIndex(db: Kysely<Database>): Promise<ActiveIndex> {
  const row = await db
    .selectFrom('catalog.active_index')
    .select(['name', 'next_name as nextName', 'epoch'])
    .executeTakeFirst()
  return row ?? { name: POSTGRES_INDEX, nextName: null, epoch: 0 }
}

/**
 * Makes an index the active one of a catalog that no index has anything of yet: all its repos are still in the outbox.
 *
 * @returns false when another index has something
 */
export async function adoptIndex(db: Kysely<Database>, name: string): Promise<boolean> {
  const { numAffectedRows = 0n } = await sql`
    insert into catalog.active_index (name) select ${name}::text
    where not exists (
      select from catalog.repos r where not exists (select from catalog.search_outbox o where o.hub_id = r.hub_id))
    on conflict (only_row) do update set name = excluded.name, epoch = active_index.epoch + 1
    where active_index.lease_owner is null`.execute(db)
  return numAffectedRows > 0n
}

/**
 * Begins to build an index anew; from then on, repos whose entries are applied to the present one are noted.
 *
 * @returns false while another process does it
 */
export async function beginRebuild(db: Kysely<Database>, owner: LeaseOwner): Promise<boolean> {
  return await db.transaction().execute(async (transaction) => {
    const table = 'catalog.active_index'
    await transaction
      .insertInto(table)
      .values({ name: POSTGRES_INDEX })
      .onConflict((row) => row.doNothing())
      .execute()
    const found = await transaction.selectFrom(table).select('lease_owner').forUpdate().executeTakeFirstOrThrow()
    if (await isLeasedByOther(transaction, found.lease_owner, owner)) return false
    await transaction.updateTable(table).set({ lease_owner: owner.name, next_name: null }).execute()
    // Notes of one that was interrupted: all is read again now.
    await transaction.deleteFrom('catalog.search_rebuild').execute()
    return true
  })
}

/** Whether the rebuild is still this process's. False when another took it for dead and began its own. */
export async function ownsRebuild(db: Kysely<Database>, owner: LeaseOwner): Promise<boolean> {
  const row = await db.selectFrom('catalog.active_index').select('lease_owner').executeTakeFirst()
  return row?.lease_owner === owner.name
}

/** Names the index that is complete now and about to take the place of the present one. */
export async function markCutover(db: Kysely<Database>, owner: LeaseOwner, name: string): Promise<void> {
  await db
    .updateTable('catalog.active_index')
    .set({ next_name: name })
    .where('lease_owner', '=', owner.name)
    .executeTakeFirst()
}

/**
 * Makes an index that has been swapped in the active one, and puts what the former one got during the build into the outbox.
 * Any process that finds the index swapped in may do so.
 */
export async function completeRebuild(db: Kysely<Database>, name: string): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const { numAffectedRows = 0n } = await sql`
      update catalog.active_index
      set name = next_name, next_name = null, epoch = epoch + 1, lease_owner = null
      where next_name = ${name}`.execute(transaction)
    if (numAffectedRows === 0n) return
    await sql`
      with noted as (delete from catalog.search_rebuild returning hub_id)
      insert into catalog.search_outbox (hub_id, counters_only) select hub_id, false from noted`.execute(transaction)
  })
}

/** Gives up a rebuild: the present index stays. */
export async function abandonRebuild(db: Kysely<Database>, owner: LeaseOwner): Promise<void> {
  await sql`
    update catalog.active_index set lease_owner = null, next_name = null
    where lease_owner = ${owner.name}`.execute(db)
}

/** The newest way of keeping an index that any program has used for an engine; 0 before the first. */
export async function searchVersion(db: Kysely<Database>, engine: string): Promise<number> {
  const row = await db
    .selectFrom('catalog.search_versions')
    .select('version')
    .where('engine', '=', engine)
    .executeTakeFirst()
  return row?.version ?? 0
}

/** Says that a way of keeping an index is in use now, unless a newer one is. */
export async function raiseSearchVersion(db: Kysely<Database>, engine: string, version: number): Promise<void> {
  await sql`
    insert into catalog.search_versions as v (engine, version) values (${engine}, ${version})
    on conflict (engine) do update set version = excluded.version where v.version < excluded.version`.execute(db)
}

/** Notes repos for the index that is built anew. */
export async function recordForRebuild(db: Kysely<Database>, hubIds: readonly string[]): Promise<void> {
  if (hubIds.length === 0) return
  await sql`
    insert into catalog.search_rebuild select unnest(${[...hubIds]}::text[]) on conflict do nothing`.execute(db)
}

/** Takes out up to `limit` repos noted for the index that is built anew. */
export async function drainRecorded(db: Kysely<Database>, limit: number): Promise<string[]> {
  const { rows } = await sql<{ hub_id: string }>`
    delete from catalog.search_rebuild where hub_id in (select hub_id from catalog.search_rebuild limit ${limit})
    returning hub_id`.execute(db)
  return rows.map((row) => row.hub_id)
}
