import { type Kysely, sql } from 'kysely'
import type { CatalogKind } from '../../hub/kinds.ts'
import type { LeaseOwner } from '../processes/lease-owner.ts'
import { isLeasedByOther } from '../processes/processes.ts'
import type { Database } from '../schema.ts'
import { DEATHS_AT_ONCE, PROCESS_DIED } from '../stages/failure-cause.ts'
import { recordFailures } from '../stages/failures.ts'

/** The task of an indexing failure in `catalog.failures`. */
export const INDEX_TASK = 'index'

/** After a death, the repos of the batch are split over this many. A death costs more than ten small batches do. */
const PARTS = 10

/** How earlier process deaths restrict the next batches. */
export interface IndexSuspicions {
  /** For repos that may crash the process that indexes them, the maximum size of their batch. */
  batchSizes: ReadonlyMap<string, number>
  /** Repos that have crashed several processes and whose retry is not due. */
  inBackoff: ReadonlySet<string>
}

/**
 * Records which repos a process is indexing, before it reads their documents. The repos of a batch become suspects if the
 * process dies: they are indexed in batches a tenth as large, down to single repos. A repo that was alone when its process
 * died becomes a failure.
 */
export interface IndexAttempts {
  /** Records the deaths of other processes, too. */
  suspicions(): Promise<IndexSuspicions>
  /** @returns the id of the attempt */
  begin(hubIds: readonly string[]): Promise<string>
  /** All repos of an attempt were indexed. */
  end(attemptId: string): Promise<void>
  /** These repos were indexed, so they did not cause earlier deaths. */
  clear(hubIds: readonly string[]): Promise<void>
  /** Ends all attempts of this process, if any: the repos are not to blame for its end. */
  release(): Promise<void>
}

interface Attempt {
  attemptId: string
  leaseOwner: string | null
  hubIds: string[]
  repos: number
  isOld: boolean
}

/** Creates the attempts of one process. */
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
  if (dead.length > 0) await recordDeaths(db, dead)

  const batchSizes = new Map<string, number>()
  // Includes the dead attempts themselves: another process may be recording the same deaths.
  for (const { hubIds, repos } of [...rows.filter(({ leaseOwner }) => leaseOwner === null), ...dead]) {
    const size = Math.max(1, Math.floor(repos / PARTS))
    for (const hubId of hubIds) batchSizes.set(hubId, Math.min(size, batchSizes.get(hubId) ?? size))
  }
  const failures = await deadlyRepos(db)
  for (const { hubId } of failures) batchSizes.set(hubId, 1)
  return { batchSizes, inBackoff: inBackoffAmong(failures) }
}

/** Short commands have no row in `catalog.processes`, so an attempt without one counts as dead only after a minute. */
async function hasDied(db: Kysely<Database>, { leaseOwner, isOld }: Attempt, owner: LeaseOwner): Promise<boolean> {
  if (leaseOwner === null) return false
  return owner.isGone(leaseOwner) || (isOld && !(await isLeasedByOther(db, leaseOwner, owner)))
}

/** Repos that have crashed several processes while they were indexed, and whose retry is not due. */
export async function reposInBackoff(db: Kysely<Database>): Promise<Set<string>> {
  return inBackoffAmong(await deadlyRepos(db))
}

interface DeadlyRepo {
  hubId: string
  isInBackoff: boolean
}

function inBackoffAmong(repos: readonly DeadlyRepo[]): Set<string> {
  return new Set(repos.filter(({ isInBackoff }) => isInBackoff).map(({ hubId }) => hubId))
}

/** Without removed repos: they have no document that could do harm, and must leave the index at once. */
async function deadlyRepos(db: Kysely<Database>): Promise<DeadlyRepo[]> {
  const { rows } = await sql<DeadlyRepo>`
    select f.hub_id as "hubId", f.retry_at > now() as "isInBackoff"
    from catalog.failures f join catalog.repos r on r.hub_id = f.hub_id
    where f.task = ${INDEX_TASK} and f.cause = ${PROCESS_DIED.cause} and r.removed_at is null`.execute(db)
  return rows
}

/** Makes failures of repos that were alone; their retry is due at once until several processes have died. */
async function recordDeaths(db: Kysely<Database>, dead: readonly Attempt[]): Promise<void> {
  const attemptIds = dead.map(({ attemptId }) => attemptId)
  await db.transaction().execute(async (transaction) => {
    await sql`
      update catalog.index_attempts set lease_owner = null
      where attempt_id = any(${attemptIds}::bigint[]) and repos > 1`.execute(transaction)
    // Only one process can delete a row, so a death counts once.
    const { rows } = await sql<{ hubId: string; kind: CatalogKind }>`
      with ended as (
        delete from catalog.index_attempts where attempt_id = any(${attemptIds}::bigint[]) and repos = 1
        returning hub_ids[1] as hub_id
      )
      select distinct r.hub_id as "hubId", r.kind from ended e join catalog.repos r on r.hub_id = e.hub_id
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
