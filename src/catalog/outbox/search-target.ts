import { type Kysely, sql } from 'kysely'
import type { LeaseOwner } from '../processes/lease-owner.ts'
import { isLeasedByOther } from '../processes/processes.ts'
import type { Database } from '../schema.ts'

/** Which search index follows the outbox. */
export interface SearchTarget {
  target: string
  /** A complete index that is about to take its place. */
  nextTarget: string | null
  /** Grows when another index takes its place. */
  generation: number
}

/** The index of a catalog that was never told otherwise. */
export const POSTGRES_TARGET = 'postgres'

export async function readSearchTarget(db: Kysely<Database>): Promise<SearchTarget> {
  const row = await db
    .selectFrom('catalog.search_target')
    .select(['target', 'next_target as nextTarget', 'generation'])
    .executeTakeFirst()
  return row ?? { target: POSTGRES_TARGET, nextTarget: null, generation: 0 }
}

/**
 * Makes an index the target of a catalog of which no index has anything yet: all its repos still stand in the outbox. False
 * when another has.
 */
export async function adoptTarget(db: Kysely<Database>, target: string): Promise<boolean> {
  const { numAffectedRows = 0n } = await sql`
    insert into catalog.search_target (target) select ${target}::text
    where not exists (
      select from catalog.repos r where not exists (select from catalog.search_outbox o where o.hub_id = r.hub_id))
    on conflict (only_row) do update set target = excluded.target, generation = search_target.generation + 1
    where search_target.lease_owner is null`.execute(db)
  return numAffectedRows > 0n
}

/**
 * Begins to build an index anew; from then on, repos whose entries are applied to the present one are noted.
 *
 * @returns false while another process does it
 */
export async function beginRebuild(db: Kysely<Database>, owner: LeaseOwner): Promise<boolean> {
  return await db.transaction().execute(async (transaction) => {
    const table = 'catalog.search_target'
    await transaction
      .insertInto(table)
      .values({ target: POSTGRES_TARGET })
      .onConflict((row) => row.doNothing())
      .execute()
    const found = await transaction.selectFrom(table).select('lease_owner').forUpdate().executeTakeFirstOrThrow()
    if (await isLeasedByOther(transaction, found.lease_owner, owner)) return false
    await transaction.updateTable(table).set({ lease_owner: owner.name, next_target: null }).execute()
    // Notes of one that was interrupted: all is read again now.
    await transaction.deleteFrom('catalog.search_rebuild').execute()
    return true
  })
}

/** Whether the rebuild is still this process's. False when another took it for dead and began its own. */
export async function ownsRebuild(db: Kysely<Database>, owner: LeaseOwner): Promise<boolean> {
  const row = await db.selectFrom('catalog.search_target').select('lease_owner').executeTakeFirst()
  return row?.lease_owner === owner.name
}

/** Names the index that is complete now and about to take the place of the present one. */
export async function markCutover(db: Kysely<Database>, owner: LeaseOwner, target: string): Promise<void> {
  await db
    .updateTable('catalog.search_target')
    .set({ next_target: target })
    .where('lease_owner', '=', owner.name)
    .executeTakeFirst()
}

/**
 * Makes an index that has taken its place the target, and announces what the former got while this one was built. Any
 * process may do so that finds it in its place.
 */
export async function completeRebuild(db: Kysely<Database>, target: string): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const { numAffectedRows = 0n } = await sql`
      update catalog.search_target
      set target = next_target, next_target = null, generation = generation + 1, lease_owner = null
      where next_target = ${target}`.execute(transaction)
    if (numAffectedRows === 0n) return
    await sql`
      with noted as (delete from catalog.search_rebuild returning hub_id)
      insert into catalog.search_outbox (hub_id, counters_only) select hub_id, false from noted`.execute(transaction)
  })
}

/** Gives up a rebuild: the present index stays. */
export async function abandonRebuild(db: Kysely<Database>, owner: LeaseOwner): Promise<void> {
  await sql`
    update catalog.search_target set lease_owner = null, next_target = null
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
