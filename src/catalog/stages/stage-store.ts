import { type Kysely, sql } from 'kysely'
import type { CatalogConnection } from '../connection.ts'
import { retryConnection } from '../connection-retry.ts'
import { type FailureReport, failureReport } from '../failure-cause.ts'
import { recordFailure, resolveFailure } from '../failures.ts'
import type { HolderCheck } from '../holder.ts'
import { sanitizeText } from '../sanitize-text.ts'
import type { Database, Stage } from '../schema.ts'
import { isDataError } from '../sql-state.ts'
import { inTransaction } from '../transaction.ts'
import { beginTask, claimTask, claimTasks, type PlannedTask, planTasks } from './claim-tasks.ts'
import { lookAgainAt } from './look-again.ts'
import type { StageResult, StageTask } from './stage-data.ts'
import { type StageCoverage, stageCoverage } from './stage-due.ts'
import { keepHolder, releaseHolder } from './stage-holders.ts'
import { STAGE_WEIGHTS, type StageWeights } from './stage-order.ts'
import { writeStageData } from './write-stage.ts'

/** What the stages need of the catalogue. The crawl knows this port and no database. */
export interface StageStore {
  /** Says that this process lives, and frees what dead ones had claimed. To be called every few seconds. */
  keep(): Promise<void>
  /** The most wanted tasks that are due and nobody works on. None means that none is due. Keeps, too. */
  claim(stage: Stage, most: number): Promise<StageTask[]>
  /** The same of one repo; undefined when the stage is not due for it, or somebody works on it. Does not keep. */
  claimOne(stage: Stage, hubId: string): Promise<StageTask | undefined>
  /**
   * Notes that work on a claimed task begins: should this process die before its end, the task counts as failed.
   *
   * @returns false when another process has the task now
   */
  begin(task: StageTask): Promise<boolean>
  /** Repos of which the stage is due and nobody works on them, the most wanted first. */
  plan(stage: Stage, most: number): Promise<PlannedTask[]>
  /** What became of a stage since then. Reads all that was ever done of it. */
  endedSince(stage: Stage, since: Date): Promise<StageEnds>
  /** Keeps a result. `lost` means that another process has the task now, or that the repo is gone: nothing was written. */
  finish(task: StageTask, result: StageResult): Promise<'kept' | 'lost' | 'refused'>
  /** Keeps a failure. */
  fail(task: StageTask, failure: FailureReport): Promise<void>
  /** Gives tasks back that were not done. Where the database does not take that, with the next sign of life or claim. */
  giveBack(tasks: readonly StageTask[]): Promise<void>
  /** Gives back all, and signs off. */
  release(): Promise<void>
  coverage(): Promise<StageCoverage[]>
}

/** Repos by what became of them. */
export interface StageEnds {
  done: number
  /** They have nothing to fetch. */
  absent: number
  failed: number
}

const MAX_REASON_LENGTH = 500

/** The port over a connection, for one holder. */
export function createStageStore(
  { db, pool }: CatalogConnection,
  check: HolderCheck,
  weights: StageWeights = STAGE_WEIGHTS,
): StageStore {
  const fail = (task: StageTask, failure: FailureReport): Promise<void> =>
    retryConnection(() =>
      inTransaction(pool, async (transaction) => {
        if (!(await mayWrite(transaction.db, task, check.holder))) return
        const { stage, hubId, kind, sha } = task
        await recordFailure(transaction.db, { ...failure, task: stage, hubId, kind, sha })
      }),
    )
  const left: StageTask[] = []
  let givingBack: Promise<void> | undefined
  const giveBackLeft = async (): Promise<void> => {
    while (left.length > 0) {
      const tasks = [...left]
      await giveBack(db, tasks, check.holder)
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
  const keep = async (): Promise<void> => {
    await allGivenBack()
    await keepHolder(db, check)
  }
  return {
    fail,
    keep,
    claim: async (stage, most) => {
      await keep()
      return await claimTasks(db, stage, most, check.holder, weights)
    },
    claimOne: async (stage, hubId) => {
      await allGivenBack()
      return await claimTask(db, stage, hubId, check.holder)
    },
    begin: (task) => retryConnection(() => beginTask(db, task, check.holder)),
    plan: (stage, most) => planTasks(db, stage, most, weights),
    endedSince: (stage, since) => endedSince(db, stage, since),
    finish: async (task, result) => {
      try {
        return await retryConnection(() =>
          inTransaction(pool, ({ db: transaction }) => finishTask(transaction, task, result, check.holder)),
        )
      } catch (error) {
        // A RangeError blames the values, too.
        if (!isDataError(error) && !(error instanceof RangeError)) throw error
        await fail(task, failureReport(error))
        return 'refused'
      }
    },
    giveBack: async (tasks) => {
      left.push(...tasks)
      // Whoever has failed to do them tells that the database is away.
      await allGivenBack().catch(() => undefined)
    },
    release: () => releaseHolder(db, check.holder),
    coverage: () => stageCoverage(db),
  }
}

/** What was found, that it was done, and that it has not failed: one transaction. */
async function finishTask(
  db: Kysely<Database>,
  task: StageTask,
  result: StageResult,
  holder: string,
): Promise<'kept' | 'lost'> {
  if (!(await mayWrite(db, task, holder))) return 'lost'
  await writeStageData(db, task, result.outcome === 'done' ? result.data : undefined)
  const { stage, hubId, sha } = task
  const { outcome } = result
  const reason = result.reason === null ? null : sanitizeText(result.reason, MAX_REASON_LENGTH)
  const done = { sha, outcome, reason, done_at: sql<Date>`now()`, look_again_at: lookAgainAt(task, result) }
  await db
    .insertInto('catalog.repo_stages')
    .values({ hub_id: hubId, stage, ...done })
    .onConflict((conflict) => conflict.columns(['hub_id', 'stage']).doUpdateSet(done))
    .execute()
  await resolveFailure(db, stage, hubId)
  return 'kept'
}

/** False when the claim was voided, as after a long sleep of this process. */
async function takeClaim(db: Kysely<Database>, { stage, hubId }: StageTask, holder: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('catalog.stage_claims')
    .where('stage', '=', stage)
    .where('hub_id', '=', hubId)
    .where('holder', '=', holder)
    .executeTakeFirst()
  return numDeletedRows === 1n
}

/**
 * Whether the task is still this process's and its repo is there. A takedown locks the table against writers, and a removal
 * the row, so one goes first whole: either it deletes what is written here, or this finds no repo any more. The row comes
 * before the claim, as it does there.
 */
async function mayWrite(db: Kysely<Database>, task: StageTask, holder: string): Promise<boolean> {
  await sql`lock table catalog.repos in row exclusive mode`.execute(db)
  const { rows } = await sql`
    select from catalog.repos where hub_id = ${task.hubId} and removed_at is null for share`.execute(db)
  return (await takeClaim(db, task, holder)) && rows.length === 1
}

async function giveBack(db: Kysely<Database>, tasks: readonly StageTask[], holder: string): Promise<void> {
  await sql`
    delete from catalog.stage_claims k
    using unnest(${tasks.map(({ stage }) => stage)}::text[], ${tasks.map(({ hubId }) => hubId)}::text[]) as t(stage, hub_id)
    where k.stage = t.stage and k.hub_id = t.hub_id and k.holder = ${holder}`.execute(db)
}

async function endedSince(db: Kysely<Database>, stage: Stage, since: Date): Promise<StageEnds> {
  const { rows } = await sql<StageEnds>`
    select count(*) filter (where outcome = 'done')::int as done, count(*) filter (where outcome = 'absent')::int as absent,
      (select count(*)::int from catalog.failures where task = ${stage} and failed_at >= ${since}) as failed
    from catalog.repo_stages where stage = ${stage} and done_at >= ${since}`.execute(db)
  return rows[0] ?? { done: 0, absent: 0, failed: 0 }
}
