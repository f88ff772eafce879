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

/** What became of a task. */
export interface TaskEnd {
  outcome: 'done' | 'absent' | 'failed'
  /** Why the repo could not be fetched. Absent where what was fetched could not be stored. */
  failure?: FailureReport
}

const fetchers: Readonly<Record<Stage, (task: StageTask, context: StageContext) => Promise<StageResult>>> = {
  details: fetchDetails,
  parquet: fetchParquet,
  card: fetchCard,
}

/**
 * Claims a task, does it, and stores what it found or that it failed. That it begins is stored before: of work that ends its
 * process nothing else would be left. A task that may have ended a process already is done alone.
 *
 * @returns undefined when nothing was stored: it is not due, another process has it, or its repo is gone
 * @throws RequestLimitReached, the signal's reason, or what the store throws; the task is given back then
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
    await store.giveBack([task])
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
