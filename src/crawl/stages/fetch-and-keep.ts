import type { Stage } from '../../catalog/schema.ts'
import { type FailureReport, failureReport } from '../../catalog/stages/failure-cause.ts'
import type { StageResult, StageTask } from '../../catalog/stages/stage-data.ts'
import { GATED } from '../../catalog/stages/stage-due.ts'
import type { StageStore } from '../../catalog/stages/stage-store.ts'
import { RequestLimitReached } from '../../hub/errors.ts'
import { fetchCard } from './fetch-card.ts'
import { fetchDetails } from './fetch-details.ts'
import { fetchParquet } from './parquet/fetch-parquet.ts'
import type { StageContext } from './stage-context.ts'

export interface TaskEnd {
  outcome: 'done' | 'absent' | 'failed'
  /** Why the repo could not be fetched. Missing if the fetched data could not be stored. */
  failure?: FailureReport
}

const fetchers: Readonly<Record<Stage, (task: StageTask, context: StageContext) => Promise<StageResult>>> = {
  details: fetchDetails,
  parquet: fetchParquet,
  card: fetchCard,
}

/**
 * Claims a task, does it, and stores its result or failure. The beginning is stored too, so that a task that ends its process
 * is known. A task that may have ended a process before runs alone.
 *
 * @returns undefined if nothing was stored: the task is not due, another process has it, or the repo is gone
 * @throws RequestLimitReached, the signal's reason, or an error of the store; the task is released then
 */
export async function fetchAndKeep(
  stage: Stage,
  hubId: string,
  context: StageContext,
  store: StageStore,
): Promise<TaskEnd | undefined> {
  const task = await store.claimTask(stage, hubId)
  if (task === undefined) return undefined
  try {
    return await context.turns.take(task.deaths > 0, async () => {
      context.signal.throwIfAborted()
      if (!(await store.beginTask(task))) return undefined
      const end = await fetchBegun(task, context, store)
      if (end !== undefined) context.emit({ type: 'stage-fetched', stage, outcome: end.outcome })
      return end
    })
  } catch (error) {
    await store.releaseTasks([task])
    throw error
  }
}

async function fetchBegun(task: StageTask, context: StageContext, store: StageStore): Promise<TaskEnd | undefined> {
  let result: StageResult
  try {
    result = await fetchers[task.stage](task, context)
  } catch (error) {
    if (error instanceof RequestLimitReached) throw error
    context.signal.throwIfAborted()
    const failure = failureReport(error)
    if (failure.cause !== 'gated' || task.gated === 'false') {
      await store.failTask(task, failure)
      return { outcome: 'failed', failure }
    }
    result = { outcome: 'absent', reason: GATED }
  }
  const end = await store.finishTask(task, result)
  if (end === 'lost') return undefined
  return { outcome: end === 'stored' ? result.outcome : 'failed' }
}
