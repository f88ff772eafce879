import { type Kysely, sql } from 'kysely'
import type { LeaseOwner } from '../processes/lease-owner.ts'
import { isLeasedByOther } from '../processes/processes.ts'
import type { Database } from '../schema.ts'

const DELETED_AT_ONCE = 50_000

/** The number of outbox entries that are more than new counters, up to a limit. */
export async function countBacklog(db: Kysely<Database>, limit: number): Promise<number> {
  const { rows } = await sql<{ entries: number }>`
    select count(*)::int as entries
    from (select from catalog.search_outbox where not counters_only limit ${limit}) as entry`.execute(db)
  return rows[0]?.entries ?? 0
}

/** The highest number of an outbox entry; '-1' without any. */
export async function lastEntry(db: Kysely<Database>): Promise<string> {
  const { rows } = await sql<{ seq: string }>`select coalesce(max(seq), -1)::text as seq from catalog.search_outbox`.execute(db)
  return rows[0]?.seq ?? '-1'
}

/**
 * The highest number of an outbox entry, for a moment in which all entries up to it are committed: an entry gets its number under
 * a lock of the table that its transaction holds until it ends.
 */
export async function lastCommittedEntry(db: Kysely<Database>): Promise<string> {
  return await db.transaction().execute(async (transaction) => {
    await sql`lock table catalog.search_outbox in share mode`.execute(transaction)
    return await lastEntry(transaction)
  })
}

/** Deletes the entries of live repos up to a number. Those of removed repos stay. */
export async function deleteBacklog(db: Kysely<Database>, upTo: string): Promise<void> {
  for (let deleted = DELETED_AT_ONCE; deleted === DELETED_AT_ONCE; ) {
    const { numAffectedRows } = await sql`
      delete from catalog.search_outbox where seq in (
        select o.seq from catalog.search_outbox o join catalog.repos r on r.hub_id = o.hub_id
        where o.seq <= ${upTo}::bigint and r.removed_at is null limit ${DELETED_AT_ONCE})`.execute(db)
    deleted = Number(numAffectedRows)
  }
}

/** Whether another live process rebuilds the index. */
export async function isRebuilding(db: Kysely<Database>, owner: LeaseOwner): Promise<boolean> {
  const active = await db.selectFrom('catalog.active_index').select('lease_owner').executeTakeFirst()
  return await isLeasedByOther(db, active?.lease_owner ?? null, owner)
}
