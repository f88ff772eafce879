import { type Kysely, sql } from 'kysely'
import type { LeaseOwner } from '../processes/lease-owner.ts'
import { isLeasedByOther } from '../processes/processes.ts'
import type { Database } from '../schema.ts'

/** The search index to which the outbox is applied. */
export interface ActiveIndex {
  name: string
  /** A complete index that is about to become active. */
  nextName: string | null
  /** Grows when another index becomes active. */
  epoch: number
}

/** The default index of a catalog. */
export const POSTGRES_INDEX = 'postgres'

export async function readActiveIndex(db: Kysely<Database>): Promise<ActiveIndex> {
  const row = await db.selectFrom('catalog.active_index').select(['name', 'next_name as nextName', 'epoch']).executeTakeFirst()
  return row ?? { name: POSTGRES_INDEX, nextName: null, epoch: 0 }
}

/** Makes an index the active one while all repos are still in the outbox. @returns false if another index has some */
export async function adoptIndex(db: Kysely<Database>, name: string): Promise<boolean> {
  const { numAffectedRows = 0n } = await sql`
    insert into catalog.active_index (name) select ${name}::text
    where not exists (
      select from catalog.repos r where not exists (select from catalog.search_outbox o where o.hub_id = r.hub_id))
    on conflict (only_row) do update set name = excluded.name, epoch = active_index.epoch + 1
    where active_index.lease_owner is null`.execute(db)
  return numAffectedRows > 0n
}

/** Leases the rebuild and starts to record repos that are applied to the current index. @returns false if it is leased */
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
    // From an interrupted rebuild: everything is read again now.
    await transaction.deleteFrom('catalog.search_rebuild').execute()
    return true
  })
}

/** Whether this process still has the lease of the rebuild. */
export async function ownsRebuild(db: Kysely<Database>, owner: LeaseOwner): Promise<boolean> {
  const row = await db.selectFrom('catalog.active_index').select('lease_owner').executeTakeFirst()
  return row?.lease_owner === owner.name
}

/** Records the complete index that is about to become active. */
export async function markCutover(db: Kysely<Database>, owner: LeaseOwner, name: string): Promise<void> {
  await db.updateTable('catalog.active_index').set({ next_name: name }).where('lease_owner', '=', owner.name).executeTakeFirst()
}

/**
 * Makes an index that has been swapped in the active one, and enqueues the repos that only the previous one received during
 * the build. Any process that finds the index swapped in may do so.
 */
export async function completeRebuild(db: Kysely<Database>, name: string): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const { numAffectedRows = 0n } = await sql`
      update catalog.active_index
      set name = next_name, next_name = null, epoch = epoch + 1, lease_owner = null
      where next_name = ${name}`.execute(transaction)
    if (numAffectedRows === 0n) return
    await sql`
      with recorded as (delete from catalog.search_rebuild returning hub_id)
      insert into catalog.search_outbox (hub_id, counters_only) select hub_id, false from recorded`.execute(transaction)
  })
}

/** Releases the lease of a rebuild; the current index stays active. */
export async function abandonRebuild(db: Kysely<Database>, owner: LeaseOwner): Promise<void> {
  await sql`
    update catalog.active_index set lease_owner = null, next_name = null
    where lease_owner = ${owner.name}`.execute(db)
}

/** The newest index format that any program has used for an engine; 0 before the first. */
export async function newestFormatVersion(db: Kysely<Database>, engine: string): Promise<number> {
  const row = await db.selectFrom('catalog.search_versions').select('version').where('engine', '=', engine).executeTakeFirst()
  return row?.version ?? 0
}

/** Records that an index format is in use, unless a newer one is. */
export async function raiseFormatVersion(db: Kysely<Database>, engine: string, version: number): Promise<void> {
  await sql`
    insert into catalog.search_versions as v (engine, version) values (${engine}, ${version})
    on conflict (engine) do update set version = excluded.version where v.version < excluded.version`.execute(db)
}

/** Removes and returns up to `limit` recorded repos. */
export async function drainRecorded(db: Kysely<Database>, limit: number): Promise<string[]> {
  const { rows } = await sql<{ hub_id: string }>`
    delete from catalog.search_rebuild where hub_id in (select hub_id from catalog.search_rebuild limit ${limit})
    returning hub_id`.execute(db)
  return rows.map((row) => row.hub_id)
}
