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

/** What became of a task. `lost` is one that another process has taken over, or whose repo is gone: nothing was kept. */
export interface TaskEnd {
  outcome: 'done' | 'absent' | 'failed' | 'lost'
  /** Why the repo could not be fetched. Absent where what was fetched could not be stored. */
  failure?: FailureReport
}

const fetchers: Readonly<Record<Stage, (task: StageTask, context: StageContext) => Promise<StageResult>>> = {
  details: fetchDetails,
  parquet: fetchParquet,
  card: fetchCard,
}

/**
 * Does a task that this process has claimed, and keeps what it found, or that it failed. That it begins is kept before: of
 * work that ends its process nothing else would be left. What has done so before, or seems to have, is done alone.
 *
 * @throws RequestLimitReached, the signal's reason, or what the store throws; the task is still claimed then
 */
export async function fetchAndKeep(task: StageTask, context: StageContext, store: StageStore): Promise<TaskEnd> {
  return await context.turns.take(task.deaths > 0, async () => {
    context.signal.throwIfAborted()
    if (!(await store.beginTask(task))) return { outcome: 'lost' }
    const end = await fetchBegun(task, context, store)
    if (end.outcome !== 'lost') context.emit({ type: 'stage-fetched', stage: task.stage, outcome: end.outcome })
    return end
  })
}

async function fetchBegun(task: StageTask, context: StageContext, store: StageStore): Promise<TaskEnd> {
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
  if (end === 'stored') return { outcome: result.outcome }
  return { outcome: end === 'refused' ? 'failed' : 'lost' }
}
