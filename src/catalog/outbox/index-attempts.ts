import { type Kysely, sql } from 'kysely'
import type { RepoKind } from '../../hub/kinds.ts'
import type { LeaseOwner } from '../processes/lease-owner.ts'
import { isLeasedByOther } from '../processes/processes.ts'
import type { Database } from '../schema.ts'
import { DEATHS_AT_ONCE, PROCESS_DIED } from '../stages/failure-cause.ts'
import { recordFailures } from '../stages/failures.ts'

/** The name under which failures keep the indexing of one repo. */
export const INDEX_TASK = 'index'

/** After a death, this many batches take the repos of one. A death costs more than ten small batches do. */
const PARTS = 10

/** What earlier deaths say about the batches to come. */
export interface IndexSuspicions {
  /** Repos that may end the process that indexes them, with how many of these one batch may have. */
  batchSizes: ReadonlyMap<string, number>
  /** Repos that have ended several processes and are not due yet. */
  resting: ReadonlySet<string>
}

/**
 * Records which repos a process is indexing, before it reads their documents. A batch whose process has died is suspect: its
 * repos are indexed in batches a tenth as large, down to single repos. A repo that was alone when its process died becomes
 * a failure.
 */
export interface IndexAttempts {
  /** Records the deaths of other processes. */
  suspicions(): Promise<IndexSuspicions>
  /** @returns the number of the attempt */
  begin(hubIds: readonly string[]): Promise<string>
  /** All repos of an attempt were indexed. */
  end(attemptId: string): Promise<void>
  /** These repos were indexed, so earlier deaths were not their fault. */
  clear(hubIds: readonly string[]): Promise<void>
  /** Ends every attempt of this process: what is not indexed yet did not end it. Does nothing when there is none. */
  release(): Promise<void>
}

interface Attempt {
  attemptId: string
  leaseOwner: string | null
  hubIds: string[]
  repos: number
  isOld: boolean
}

/** The attempts in a database, for one process. */
export function createIndexAttempts(db: Kysely<Database>, owner: LeaseOwner): IndexAttempts {
  let mayHaveRows = false
  return {
    suspicions: () => suspicions(db, owner),
    begin: async (hubIds) => {
      mayHaveRows = true
      const { attempt_id } = await db
        .insertInto('catalog.index_attempts')
        .values({ lease_owner: owner.name, hub_ids: [...hubIds], repos: hubIds.length })
        .returning('attempt_id')
        .executeTakeFirstOrThrow()
      return attempt_id
    },
    end: async (attemptId) => {
      await db.deleteFrom('catalog.index_attempts').where('attempt_id', '=', attemptId).execute()
    },
    clear: (hubIds) => clear(db, hubIds),
    release: async () => {
      if (!mayHaveRows) return
      await db.deleteFrom('catalog.index_attempts').where('lease_owner', '=', owner.name).execute()
      mayHaveRows = false
    },
  }
}

async function suspicions(db: Kysely<Database>, owner: LeaseOwner): Promise<IndexSuspicions> {
  const { rows } = await sql<Attempt>`
    select attempt_id as "attemptId", lease_owner as "leaseOwner", hub_ids as "hubIds", repos,
      begun_at < now() - interval '1 minute' as "isOld"
    from catalog.index_attempts where lease_owner is distinct from ${owner.name}`.execute(db)
  const dead: Attempt[] = []
  for (const attempt of rows) if (await hasDied(db, attempt, owner)) dead.push(attempt)
  if (dead.length > 0) await buryAttempts(db, dead)

  const batchSizes = new Map<string, number>()
  // Another process may bury the same dead ones at this moment.
  for (const { hubIds, repos } of [...rows.filter(({ leaseOwner }) => leaseOwner === null), ...dead]) {
    const size = Math.max(1, Math.floor(repos / PARTS))
    for (const hubId of hubIds) batchSizes.set(hubId, Math.min(size, batchSizes.get(hubId) ?? size))
  }
  const failures = await diedRepos(db)
  for (const { hubId } of failures) batchSizes.set(hubId, 1)
  return { batchSizes, resting: restingAmong(failures) }
}

/** Short commands have no row among the processes, so an attempt without one counts as dead only after a minute. */
async function hasDied(db: Kysely<Database>, { leaseOwner, isOld }: Attempt, owner: LeaseOwner): Promise<boolean> {
  if (leaseOwner === null) return false
  return owner.isGone(leaseOwner) || (isOld && !(await isLeasedByOther(db, leaseOwner, owner)))
}

/** Repos that have ended several processes which indexed them, and are not to be indexed yet. */
export async function restingRepos(db: Kysely<Database>): Promise<Set<string>> {
  return restingAmong(await diedRepos(db))
}

interface DiedRepo {
  hubId: string
  isResting: boolean
}

function restingAmong(repos: readonly DiedRepo[]): Set<string> {
  return new Set(repos.filter(({ isResting }) => isResting).map(({ hubId }) => hubId))
}

/** A repo that is gone has no document to fear, and is to leave the index at once. */
async function diedRepos(db: Kysely<Database>): Promise<DiedRepo[]> {
  const { rows } = await sql<DiedRepo>`
    select f.hub_id as "hubId", f.retry_at > now() as "isResting"
    from catalog.failures f join catalog.repos r on r.hub_id = f.hub_id
    where f.task = ${INDEX_TASK} and f.cause = ${PROCESS_DIED.cause} and r.removed_at is null`.execute(db)
  return rows
}

/** A repo that was alone counts as failed; it is due at once until several processes have died. */
async function buryAttempts(db: Kysely<Database>, dead: readonly Attempt[]): Promise<void> {
  const attemptIds = dead.map(({ attemptId }) => attemptId)
  await db.transaction().execute(async (transaction) => {
    await sql`
      update catalog.index_attempts set lease_owner = null
      where attempt_id = any(${attemptIds}::bigint[]) and repos > 1`.execute(transaction)
    // Each row is deleted by one process only, so that a death counts once.
    const { rows } = await sql<{ hubId: string; kind: RepoKind }>`
      with buried as (
        delete from catalog.index_attempts where attempt_id = any(${attemptIds}::bigint[]) and repos = 1
        returning hub_ids[1] as hub_id
      )
      select distinct r.hub_id as "hubId", r.kind from buried b join catalog.repos r on r.hub_id = b.hub_id
      order by r.hub_id`.execute(transaction)
    const failed = rows.map((repo) => ({ task: INDEX_TASK, ...repo, ...PROCESS_DIED }))
    await recordFailures(transaction, failed, DEATHS_AT_ONCE)
  })
}

async function clear(db: Kysely<Database>, hubIds: readonly string[]): Promise<void> {
  const indexed = [...hubIds]
  await sql`
    with cleared as (
      update catalog.index_attempts
      set hub_ids = array(select unnest(hub_ids) except select unnest(${indexed}::text[]))
      where lease_owner is null and hub_ids && ${indexed}::text[] and not hub_ids <@ ${indexed}::text[]
    )
    delete from catalog.index_attempts where lease_owner is null and hub_ids <@ ${indexed}::text[]`.execute(db)
}
