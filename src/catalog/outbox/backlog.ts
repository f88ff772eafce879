import { type Kysely, sql } from 'kysely'
import { configure } from '../postgres/transaction.ts'
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

/**
 * Deletes the entries of live repos up to a number, in portions. Each portion reads only its own entries: the deleted rows are in
 * the table until vacuum, so to begin with the first one again would read them all in each portion.
 */
export async function deleteBacklog(db: Kysely<Database>, upTo: string, portion = DELETED_AT_ONCE): Promise<void> {
  for (let after: string | null = '-1'; after !== null; ) after = await deletePortion(db, after, upTo, portion)
}

/** @returns the number of the last entry of the portion; null if there is none */
async function deletePortion(db: Kysely<Database>, after: string, upTo: string, portion: number): Promise<string | null> {
  return await db.transaction().execute(async (transaction) => {
    // A portion is a small part of both tables. Without statistics Postgres would read all repos for each.
    await configure(transaction, { jit: 'off', enable_seqscan: 'off', enable_hashjoin: 'off', enable_mergejoin: 'off' })
    const { rows } = await sql<{ last: string | null }>`
      select max(seq)::text as last from (
        select seq from catalog.search_outbox where seq > ${after}::bigint and seq <= ${upTo}::bigint order by seq limit ${portion}
      ) as entry`.execute(transaction)
    const last = rows[0]?.last ?? null
    if (last === null) return null
    await sql`
      delete from catalog.search_outbox o using catalog.repos r
      where o.seq > ${after}::bigint and o.seq <= ${last}::bigint and r.hub_id = o.hub_id and r.removed_at is null`.execute(
      transaction,
    )
    return last
  })
}

/** Whether another live process rebuilds the index. */
export async function isRebuilding(db: Kysely<Database>, owner: LeaseOwner): Promise<boolean> {
  const active = await db.selectFrom('catalog.active_index').select('lease_owner').executeTakeFirst()
  return await isLeasedByOther(db, active?.lease_owner ?? null, owner)
}
