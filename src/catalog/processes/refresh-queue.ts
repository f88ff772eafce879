import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { RepoKind } from '../../hub/kinds.ts'
import { sanitizeText } from '../repos/sanitize-text.ts'
import type { Database } from '../schema.ts'
import { DEATHS_AT_ONCE, type FailureReport, PROCESS_DIED } from '../stages/failure-cause.ts'
import { recordFailure } from '../stages/failures.ts'

/** A repo to request from the Hub. The id may be a former name, and nothing in the request is verified. */
export interface RefreshRequest {
  kind: RepoKind
  id: string
  hubId: string | null
  /** Whether the repo with this hub id was reported as deleted. */
  isDeletion?: boolean
  /** The source of the request, in a word or two. */
  reason: string
}

type RefreshName = Pick<RefreshRequest, 'kind' | 'id'>

/** An entry that one process works on. The lease expires if that process dies. */
export interface LeasedRefresh {
  kind: RepoKind
  id: string
  hubId: string | null
  /** Repos that were reported as deleted under this name. */
  deletedHubIds: string[]
  /** Refreshes that failed since one succeeded. */
  attempts: number
  /** Processes in a row that died while they refreshed this repo. */
  deaths: number
  /** Distinguishes this lease from a later one of the same entry. `renew` replaces it. */
  leaseUntil: string
}

export interface RefreshQueueOptions {
  /** How long a lease lasts unless it is renewed. @default 60,000 */
  leaseMs?: number
  /** The shortest time between two refreshes of a repo, so that a flood of requests is cheap. @default 2,000 */
  restMs?: number
}

const MAX_ERROR_LENGTH = 1_000
/** Deletions stored per name. Full passes confirm any others. */
const MAX_DELETED = 20
/** The task name of failures to refresh a repo. */
const TASK = 'refresh'

export type RefreshQueue = ReturnType<typeof createRefreshQueue>

/**
 * The queue of repos to refresh ahead of everything else. Workers lease entries from it directly. An entry whose lease was
 * lost to another process can no longer be changed by the former one.
 */
export function createRefreshQueue(db: Kysely<Database>, { leaseMs = 60_000, restMs = 2_000 }: RefreshQueueOptions = {}) {
  return {
    /** Enqueues repos. A request that is repeated a thousand times is one row. */
    add: (requests: readonly RefreshRequest[]) => add(db, requests),
    /** Leases the oldest entries that are due. Each is leased to one process at a time. */
    lease: (limit: number) => lease(db, limit, leaseMs),
    /** @returns false if the lease was lost to another process */
    renew: (entry: LeasedRefresh) => renew(db, entry, leaseMs),
    /** Ends a refresh. If the repo was requested again meanwhile, it is refreshed again after a short rest. */
    finish: (entry: LeasedRefresh) => finish(db, entry, restMs),
    /** Releases an entry that was not tried, so that any process may lease it at once. */
    release: async (entry: LeasedRefresh): Promise<void> => {
      await sql`
        update catalog.refresh_queue set lease_until = null, is_pending = true where ${isLeased(entry)}`.execute(db)
    },
    /** Releases an entry that failed, to be retried after the delay. */
    retryLater: async (entry: LeasedRefresh, error: string, delayMs: number): Promise<void> => {
      await sql`
        update catalog.refresh_queue
        set lease_until = null, is_pending = true, attempts = attempts + 1,
          last_error = ${sanitizeText(error, MAX_ERROR_LENGTH)},
          not_before = now() + ${delayMs} * interval '1 millisecond'
        where ${isLeased(entry)}`.execute(db)
    },
    /** Replaces an entry by a failure. When the failure is due, the repo is enqueued again. */
    giveUp: (entry: LeasedRefresh, failure: FailureReport) => giveUp(db, entry, failure),
    /** Records that work on an entry begins. Until `end`, this counts as a death of the process. */
    begin: async (name: RefreshName): Promise<void> => {
      await sql`update catalog.refresh_queue set deaths = deaths + 1 where ${isOf(name)}`.execute(db)
    },
    /** Records that the process survived, however the work ended. */
    end: async (name: RefreshName): Promise<void> => {
      await sql`update catalog.refresh_queue set deaths = 0 where ${isOf(name)}`.execute(db)
    },
    /** Number of entries that wait or are in flight. */
    length: () => length(db),
  }
}

function isOf({ kind, id }: RefreshName): RawBuilder<unknown> {
  return sql`kind = ${kind} and id = ${id}`
}

function isLeased(entry: LeasedRefresh): RawBuilder<unknown> {
  return sql`${isOf(entry)} and lease_until = ${entry.leaseUntil}::timestamptz`
}

/**
 * Each deletion under a name is stored, because each is about another repo. A refresh that ended several processes waits until
 * its failure is due, however often it is requested.
 */
async function add(db: Kysely<Database>, requests: readonly RefreshRequest[]): Promise<void> {
  // Sorted, so that two writers lock rows in the same order. Unique, because a statement may update a row only once.
  const byName = new Map(requests.map((request) => [`${request.kind} ${request.id}`, request]))
  const rows = [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, request]) => request)
  if (rows.length === 0) return
  const deleted = rows.map(({ kind, id }) =>
    JSON.stringify(requests.filter((other) => other.kind === kind && other.id === id).flatMap(deletedBy)),
  )
  await sql`
    insert into catalog.refresh_queue as q (kind, id, hub_id, reason, deleted_hub_ids, not_before, deaths)
    select given.kind, id, given.hub_id, reason, array(select jsonb_array_elements_text(deleted::jsonb)),
      greatest(now(), f.retry_at), case when f.hub_id is null then 0 else ${DEATHS_AT_ONCE}::integer end
    from unnest(${rows.map((row) => row.kind)}::text[], ${rows.map((row) => row.id)}::text[],
      ${rows.map((row) => row.hubId)}::text[], ${rows.map((row) => row.reason)}::text[], ${deleted}::text[])
      as given (kind, id, hub_id, reason, deleted)
    left join catalog.failures f on f.task = ${TASK} and f.hub_id = given.hub_id and f.cause = ${PROCESS_DIED.cause}
    on conflict (kind, id) do update set is_pending = true,
      requested_at = case when q.is_pending then q.requested_at else now() end,
      hub_id = excluded.hub_id, reason = excluded.reason,
      deleted_hub_ids = array(
        select distinct unnest(excluded.deleted_hub_ids || q.deleted_hub_ids) limit ${MAX_DELETED})
    where not q.is_pending or not excluded.deleted_hub_ids <@ q.deleted_hub_ids`.execute(db)
}

function deletedBy({ hubId, isDeletion }: RefreshRequest): string[] {
  return hubId !== null && isDeletion === true ? [hubId] : []
}

async function lease(db: Kysely<Database>, limit: number, leaseMs: number): Promise<LeasedRefresh[]> {
  // Entries that were refreshed and have rested without another request are done. Locked rows are left to the next poll,
  // because workers that delete while webhooks write could otherwise deadlock.
  await sql`
    delete from catalog.refresh_queue where (kind, id) in (
      select kind, id from catalog.refresh_queue
      where not is_pending and lease_until is null and not_before <= now() for update skip locked)`.execute(db)
  await enqueueFailed(db)
  const { rows } = await sql<LeasedRefresh>`
    update catalog.refresh_queue as q
    set is_pending = false, lease_until = now() + ${leaseMs} * interval '1 millisecond'
    from (
      select kind, id from catalog.refresh_queue
      where not_before <= now() and (lease_until < now() or (lease_until is null and is_pending))
      order by requested_at limit ${limit} for update skip locked
    ) as due
    where q.kind = due.kind and q.id = due.id
    returning q.kind, q.id, q.hub_id as "hubId", q.deleted_hub_ids as "deletedHubIds", q.attempts,
      q.deaths, q.lease_until::text as "leaseUntil"`.execute(db)
  return rows
}

async function renew(db: Kysely<Database>, entry: LeasedRefresh, leaseMs: number): Promise<boolean> {
  const { rows } = await sql<{ leaseUntil: string }>`
    update catalog.refresh_queue set lease_until = now() + ${leaseMs} * interval '1 millisecond'
    where ${isLeased(entry)} returning lease_until::text as "leaseUntil"`.execute(db)
  entry.leaseUntil = rows[0]?.leaseUntil ?? entry.leaseUntil
  return rows.length > 0
}

/**
 * Enqueues repos whose failure is due, under their current names. Failures of repos that are not in the catalog are dropped: a
 * pass finds the repo if it exists. A refresh that ended several processes gets one try. Enqueueing postpones the failure, so
 * that a process that polls while another gives up the refresh does not enqueue it twice.
 */
async function enqueueFailed(db: Kysely<Database>): Promise<void> {
  await sql`
    with due as (
      update catalog.failures f set retry_at = now() + interval '1 hour'
      from catalog.repos r
      where f.task = ${TASK} and f.retry_at <= now() and r.hub_id = f.hub_id and r.removed_at is null
      returning r.hub_id, r.kind, r.id, f.cause
    ), dropped as (
      delete from catalog.failures f
      where f.task = ${TASK} and f.retry_at <= now()
        and not exists (select from catalog.repos r where r.hub_id = f.hub_id and r.removed_at is null)
    )
    insert into catalog.refresh_queue (kind, id, hub_id, reason, deaths)
    select kind, id, hub_id, 'failed before', case when cause = ${PROCESS_DIED.cause} then ${DEATHS_AT_ONCE}::integer else 0 end
    from due
    on conflict do nothing`.execute(db)
}

async function finish(db: Kysely<Database>, entry: LeasedRefresh, restMs: number): Promise<void> {
  await sql`
    with finished as (
      update catalog.refresh_queue
      set lease_until = null, attempts = 0, last_error = null, not_before = now() + ${restMs} * interval '1 millisecond',
        deleted_hub_ids = case when is_pending then deleted_hub_ids else '{}' end
      where ${isLeased(entry)} returning id
    )
    delete from catalog.failures
    where task = ${TASK} and hub_id = ${entry.hubId} and exists (select from finished)`.execute(db)
}

async function giveUp(db: Kysely<Database>, entry: LeasedRefresh, failure: FailureReport): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const { numAffectedRows } = await sql`
      delete from catalog.refresh_queue where ${isLeased(entry)}`.execute(transaction)
    if (numAffectedRows !== 1n || entry.hubId === null) return
    await recordFailure(transaction, { task: TASK, hubId: entry.hubId, kind: entry.kind, ...failure })
  })
}

async function length(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ entries: number }>`
    select count(*)::int as entries from catalog.refresh_queue where is_pending or lease_until is not null`.execute(db)
  return rows[0]?.entries ?? 0
}
