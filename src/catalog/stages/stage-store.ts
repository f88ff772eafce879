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

/** Repos by what became of them. */
export interface StageEnds {
  done: number
  /** They have nothing to fetch. */
  absent: number
  failed: number
}

const MAX_REASON_LENGTH = 500

/** What the stages need of the catalog. The crawl knows this port and no database. */
export type StageStore = ReturnType<typeof createStageStore>

/** The port over a connection, for one process. */
export function createStageStore(
  { db, pool }: CatalogConnection,
  { name: leaseOwner }: LeaseOwner,
  weights: StageWeights = STAGE_WEIGHTS,
) {
  const left: StageTask[] = []
  let givingBack: Promise<void> | undefined
  const giveBackLeft = async (): Promise<void> => {
    while (left.length > 0) {
      const tasks = [...left]
      await giveBack(db, tasks, leaseOwner)
      left.splice(0, tasks.length)
    }
  }
  /** Once for all who ask at the same time: what they claim next may be among it. */
  const allGivenBack = (): Promise<void> => {
    givingBack ??= giveBackLeft().finally(() => {
      givingBack = undefined
    })
    return givingBack
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
      await allGivenBack()
      return await claimTasks(db, stage, most, leaseOwner, weights)
    },
    claimTask: async (stage: Stage, hubId: string) => {
      await allGivenBack()
      return await claimTask(db, stage, hubId, leaseOwner)
    },
    beginTask: (task: StageTask) => retryConnection(() => beginTask(db, task, leaseOwner)),
    planTasks: (stage: Stage, most: number) => planTasks(db, stage, most, weights),
    endedSince: (stage: Stage, since: Date) => endedSince(db, stage, since),
    /** Keeps a result. `lost` means that another process has the task now, or that the repo is gone: nothing was written. */
    finishTask: async (task: StageTask, result: StageResult): Promise<'kept' | 'lost' | 'refused'> => {
      try {
        return await retryConnection(() =>
          inTransaction(pool, ({ db: transaction }) => finishTask(transaction, task, result, leaseOwner)),
        )
      } catch (error) {
        // A RangeError blames the values, too.
        if (!isDataError(error) && !(error instanceof RangeError)) throw error
        await failTask(task, failureReport(error))
        return 'refused'
      }
    },
    failTask,
    /** Gives tasks back that were not done, with those that the database did not take back before. */
    giveBack: async (tasks: readonly StageTask[]): Promise<void> => {
      left.push(...tasks)
      // The caller's own work has failed for the same reason, and the next call tries again.
      await allGivenBack().catch(() => undefined)
    },
    /** Gives back every task of this process. */
    releaseTasks: () => releaseTasks(db, leaseOwner),
    stageCoverage: () => stageCoverage(db),
  }
}

/** What was found, that it was done, and that it has not failed: one transaction. */
async function finishTask(
  db: Kysely<Database>,
  task: StageTask,
  result: StageResult,
  leaseOwner: string,
): Promise<'kept' | 'lost'> {
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
  return 'kept'
}

/** False when the claim was voided, as after a long sleep of this process. */
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
 * Whether the task is still this process's and its repo is there. A takedown locks the table against writers, and a removal
 * the row, so one goes first whole: either it deletes what is written here, or this finds no repo any more. The row comes
 * before the claim, as it does there.
 */
async function mayWrite(db: Kysely<Database>, task: StageTask, leaseOwner: string): Promise<boolean> {
  await sql`lock table catalog.repos in row exclusive mode`.execute(db)
  const { rows } = await sql`
    select from catalog.repos where hub_id = ${task.hubId} and removed_at is null for share`.execute(db)
  return (await takeClaim(db, task, leaseOwner)) && rows.length === 1
}

async function giveBack(db: Kysely<Database>, tasks: readonly StageTask[], leaseOwner: string): Promise<void> {
  await sql`
    delete from catalog.stage_claims k
    using unnest(${tasks.map(({ stage }) => stage)}::text[], ${tasks.map(({ hubId }) => hubId)}::text[]) as t(stage, hub_id)
    where k.stage = t.stage and k.hub_id = t.hub_id and k.lease_owner = ${leaseOwner}`.execute(db)
}

async function releaseTasks(db: Kysely<Database>, leaseOwner: string): Promise<void> {
  await db.deleteFrom('catalog.stage_claims').where('lease_owner', '=', leaseOwner).execute()
}

/** What became of a stage since then. Reads all that was ever done of it. */
async function endedSince(db: Kysely<Database>, stage: Stage, since: Date): Promise<StageEnds> {
  const { rows } = await sql<StageEnds>`
    select count(*) filter (where outcome = 'done')::int as done, count(*) filter (where outcome = 'absent')::int as absent,
      (select count(*)::int from catalog.failures where task = ${stage} and failed_at >= ${since}) as failed
    from catalog.repo_stages where stage = ${stage} and done_at >= ${since}`.execute(db)
  return rows[0] ?? { done: 0, absent: 0, failed: 0 }
}
