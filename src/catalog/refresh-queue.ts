import { type Kysely, sql } from 'kysely'
import type { RepoKind } from '../hub/kinds.ts'
import type { Database } from './schema.ts'

/** A repo to ask the Hub for. The id may be a former one, and what is said of it is not proved. */
export interface RefreshRequest {
  kind: RepoKind
  id: string
  hubId: string | null
  /** What asked for it, in a word or two. */
  reason: string
}

/** An entry in work; the lease ends by itself should its process die. */
export interface LeasedRefresh {
  kind: RepoKind
  id: string
  hubId: string | null
  attempts: number
}

/** The line of repos to refresh ahead of everything else, as those who work on it see it. */
export interface RefreshQueue {
  /** Puts repos in line, those that stand there already at no cost: a request repeated a thousand times is one row. */
  add(requests: readonly RefreshRequest[]): Promise<void>
  /** The oldest entries that may be refreshed now, each to one process at a time. */
  lease(limit: number): Promise<LeasedRefresh[]>
  /** The repo was refreshed. One that was asked for again meanwhile is refreshed again after a short rest. */
  finish(entry: LeasedRefresh): Promise<void>
  /** Puts it back in line, later. */
  putBack(entry: LeasedRefresh, error: string, delayMs: number): Promise<void>
  /** Takes it out unrefreshed. */
  drop(entry: LeasedRefresh): Promise<void>
  /** Entries that wait, or are in work. */
  length(): Promise<number>
}

export interface RefreshQueueOptions {
  /** How long a process may work on an entry before another takes it. @default 120,000 */
  leaseMs?: number
  /** How long a repo that was refreshed rests before it is refreshed again: a flood about one repo costs no more. @default 2,000 */
  restMs?: number
}

const MAX_ERROR_LENGTH = 1_000

/** The queue over a database. */
export function createRefreshQueue(
  db: Kysely<Database>,
  { leaseMs = 120_000, restMs = 2_000 }: RefreshQueueOptions = {},
): RefreshQueue {
  return {
    add: (requests) => add(db, requests),
    lease: (limit) => lease(db, limit, leaseMs),
    finish: (entry) => finish(db, entry, restMs),
    putBack: async ({ kind, id }, error, delayMs) => {
      await sql`
        update catalog.refresh_queue
        set lease_until = null, is_wanted = true, attempts = attempts + 1,
          last_error = ${error.replaceAll('\0', '').slice(0, MAX_ERROR_LENGTH).toWellFormed()},
          not_before = now() + ${delayMs} * interval '1 millisecond'
        where kind = ${kind} and id = ${id}`.execute(db)
    },
    drop: async ({ kind, id }) => {
      await db.deleteFrom('catalog.refresh_queue').where('kind', '=', kind).where('id', '=', id).execute()
    },
    length: () => length(db),
  }
}

async function add(db: Kysely<Database>, requests: readonly RefreshRequest[]): Promise<void> {
  // Sorted and without doubles: two writers then lock rows in the same order, and no row is met twice in a statement.
  const byName = new Map(requests.map((request) => [`${request.kind} ${request.id}`, request]))
  const rows = [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, request]) => request)
  if (rows.length === 0) return
  await sql`
    insert into catalog.refresh_queue (kind, id, hub_id, reason)
    select * from unnest(${rows.map((row) => row.kind)}::text[], ${rows.map((row) => row.id)}::text[],
      ${rows.map((row) => row.hubId)}::text[], ${rows.map((row) => row.reason)}::text[])
    on conflict (kind, id) do update set is_wanted = true, requested_at = now(), hub_id = excluded.hub_id,
      reason = excluded.reason
    where not refresh_queue.is_wanted`.execute(db)
}

async function lease(db: Kysely<Database>, limit: number, leaseMs: number): Promise<LeasedRefresh[]> {
  // What was refreshed and has rested without being asked for again is done with.
  await sql`
    delete from catalog.refresh_queue
    where not is_wanted and lease_until is null and not_before <= now()`.execute(db)
  const { rows } = await sql<{ kind: RepoKind; id: string; hub_id: string | null; attempts: number }>`
    update catalog.refresh_queue as q
    set is_wanted = false, lease_until = now() + ${leaseMs} * interval '1 millisecond'
    from (
      select kind, id from catalog.refresh_queue
      where not_before <= now() and (lease_until < now() or (lease_until is null and is_wanted))
      order by requested_at limit ${limit} for update skip locked
    ) as due
    where q.kind = due.kind and q.id = due.id
    returning q.kind, q.id, q.hub_id, q.attempts`.execute(db)
  return rows.map((row) => ({ kind: row.kind, id: row.id, hubId: row.hub_id, attempts: row.attempts }))
}

async function finish(db: Kysely<Database>, { kind, id }: LeasedRefresh, restMs: number): Promise<void> {
  await sql`
    update catalog.refresh_queue
    set lease_until = null, attempts = 0, last_error = null, not_before = now() + ${restMs} * interval '1 millisecond'
    where kind = ${kind} and id = ${id}`.execute(db)
}

async function length(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ entries: number }>`
    select count(*)::int as entries from catalog.refresh_queue where is_wanted or lease_until is not null`.execute(db)
  return rows[0]?.entries ?? 0
}
