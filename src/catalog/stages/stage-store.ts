import { type Kysely, sql } from 'kysely'
import type { CatalogConnection } from '../connection.ts'
import { retryConnection } from '../postgres/connection-retry.ts'
import { isDataError } from '../postgres/sql-state.ts'
import { inTransaction } from '../postgres/transaction.ts'
import type { LeaseOwner } from '../processes/lease-owner.ts'
import { sanitizeText } from '../repos/sanitize-text.ts'
import type { Database, Stage } from '../schema.ts'
import { beginTask, claimTask, claimTasks, planTasks } from './claim-tasks.ts'
import { type FailureReport, failureReport } from './failure-cause.ts'
import { recordFailure, resolveFailure } from './failures.ts'
import { recheckAt } from './recheck.ts'
import type { StageResult, StageTask } from './stage-data.ts'
import { stageCoverage } from './stage-due.ts'
import { STAGE_WEIGHTS, type StageWeights } from './stage-order.ts'
import { writeStageData } from './write-stage.ts'

/** Numbers of repos by outcome. */
export interface StageEnds {
  done: number
  /** Nothing to fetch. */
  absent: number
  failed: number
}

const MAX_REASON_LENGTH = 500

/** The port by which the crawl, which knows no database, claims and ends tasks of stages. */
export type StageStore = ReturnType<typeof createStageStore>

/** The store of one process. */
export function createStageStore(
  { db, pool }: CatalogConnection,
  { name: leaseOwner }: LeaseOwner,
  weights: StageWeights = STAGE_WEIGHTS,
) {
  const unreleased: StageTask[] = []
  let releasing: Promise<void> | undefined
  const releaseEach = async (): Promise<void> => {
    while (unreleased.length > 0) {
      const tasks = [...unreleased]
      await releaseTasks(db, tasks, leaseOwner)
      unreleased.splice(0, tasks.length)
    }
  }
  /** Concurrent callers share one attempt: tasks that they claim next may be among these. */
  const releasePending = (): Promise<void> => {
    releasing ??= releaseEach().finally(() => {
      releasing = undefined
    })
    return releasing
  }
  const failTask = (task: StageTask, failure: FailureReport): Promise<void> =>
    retryConnection(() =>
      inTransaction(pool, async (transaction) => {
        if (!(await mayWrite(transaction.db, task, leaseOwner))) return
        const { stage, hubId, kind, sha } = task
        await recordFailure(transaction.db, { ...failure, task: stage, hubId, kind, sha })
      }),
    )
  return {
    claimTasks: async (stage: Stage, most: number) => {
      await releasePending()
      return await claimTasks(db, stage, most, leaseOwner, weights)
    },
    claimTask: async (stage: Stage, hubId: string) => {
      await releasePending()
      return await claimTask(db, stage, hubId, leaseOwner)
    },
    beginTask: (task: StageTask) => retryConnection(() => beginTask(db, task, leaseOwner)),
    planTasks: (stage: Stage, most: number) => planTasks(db, stage, most, weights),
    endedSince: (stage: Stage, since: Date) => endedSince(db, stage, since),
    /** Stores a result. `lost`: nothing was written, because another process has the task now or the repo is gone. */
    finishTask: async (task: StageTask, result: StageResult): Promise<'stored' | 'lost' | 'refused'> => {
      try {
        return await retryConnection(() =>
          inTransaction(pool, ({ db: transaction }) => finishTask(transaction, task, result, leaseOwner)),
        )
      } catch (error) {
        // A RangeError is also caused by the values.
        if (!isDataError(error) && !(error instanceof RangeError)) throw error
        await failTask(task, failureReport(error))
        return 'refused'
      }
    },
    failTask,
    /** Releases unfinished tasks, and those whose release has failed before. */
    releaseTasks: async (tasks: readonly StageTask[]): Promise<void> => {
      unreleased.push(...tasks)
      // The caller's own work has failed for the same reason. The next call retries.
      await releasePending().catch(() => undefined)
    },
    /** Releases every task of this process. */
    releaseAll: () => releaseAll(db, leaseOwner),
    stageCoverage: () => stageCoverage(db),
  }
}

/** Within a transaction: stores the data, records the stage as done and resolves its failure. */
async function finishTask(
  db: Kysely<Database>,
  task: StageTask,
  result: StageResult,
  leaseOwner: string,
): Promise<'stored' | 'lost'> {
  if (!(await mayWrite(db, task, leaseOwner))) return 'lost'
  await writeStageData(db, task, result.outcome === 'done' ? result.data : undefined)
  const { stage, hubId, sha } = task
  const { outcome } = result
  const reason = result.reason === null ? null : sanitizeText(result.reason, MAX_REASON_LENGTH)
  const done = { sha, outcome, reason, done_at: sql<Date>`now()`, recheck_at: recheckAt(task, result) }
  await db
    .insertInto('catalog.repo_stages')
    .values({ hub_id: hubId, stage, ...done })
    .onConflict((conflict) => conflict.columns(['hub_id', 'stage']).doUpdateSet(done))
    .execute()
  await resolveFailure(db, stage, hubId)
  return 'stored'
}

/** False if the claim was lost, for example while this process was suspended. */
async function takeClaim(db: Kysely<Database>, { stage, hubId }: StageTask, leaseOwner: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('catalog.stage_claims')
    .where('stage', '=', stage)
    .where('hub_id', '=', hubId)
    .where('lease_owner', '=', leaseOwner)
    .executeTakeFirst()
  return numDeletedRows === 1n
}

/**
 * Whether this process still has the task and its repo is live. A takedown locks the table, and a removal locks the row. So
 * either they come later and delete what is written here, or they came first and the repo is not found. The row is locked
 * before the claim, as in removals. Details of a Space update the row, and a lock that is strengthened later can deadlock.
 */
async function mayWrite(db: Kysely<Database>, task: StageTask, leaseOwner: string): Promise<boolean> {
  await sql`lock table catalog.repos in row exclusive mode`.execute(db)
  const { rows } = await sql`
    select from catalog.repos where hub_id = ${task.hubId} and removed_at is null
    for ${sql.raw(task.stage === 'details' && task.kind === 'space' ? 'no key update' : 'share')}`.execute(db)
  return (await takeClaim(db, task, leaseOwner)) && rows.length === 1
}

async function releaseTasks(db: Kysely<Database>, tasks: readonly StageTask[], leaseOwner: string): Promise<void> {
  await sql`
    delete from catalog.stage_claims k
    using unnest(${tasks.map(({ stage }) => stage)}::text[], ${tasks.map(({ hubId }) => hubId)}::text[]) as t(stage, hub_id)
    where k.stage = t.stage and k.hub_id = t.hub_id and k.lease_owner = ${leaseOwner}`.execute(db)
}

async function releaseAll(db: Kysely<Database>, leaseOwner: string): Promise<void> {
  await db.deleteFrom('catalog.stage_claims').where('lease_owner', '=', leaseOwner).execute()
}

/** Outcomes of a stage since then. Scans every outcome of the stage. */
async function endedSince(db: Kysely<Database>, stage: Stage, since: Date): Promise<StageEnds> {
  const { rows } = await sql<StageEnds>`
    select count(*) filter (where outcome = 'done')::int as done, count(*) filter (where outcome = 'absent')::int as absent,
      (select count(*)::int from catalog.failures where task = ${stage} and failed_at >= ${since}) as failed
    from catalog.repo_stages where stage = ${stage} and done_at >= ${since}`.execute(db)
  return rows[0] ?? { done: 0, absent: 0, failed: 0 }
}
