import type { Stage } from '../../catalog/schema.ts'
import type { Bucket } from '../../hub/budget/budget.ts'
import type { HubClient } from '../../hub/client.ts'
import { QuotaExhausted } from '../../hub/errors.ts'
import { LanePaused, type TaskHandler } from '../../queue/tasks.ts'
import { CircuitBreaker } from '../stages/circuit-breaker.ts'
import { fetchAndKeep } from '../stages/fetch-and-keep.ts'
import type { StageFetched } from '../stages/stage-events.ts'
import type { HandlerParts } from './handler-parts.ts'
import { dataOf } from './task-data.ts'

const BUCKETS: Readonly<Record<Stage, readonly Bucket[]>> = {
  details: ['api'],
  parquet: ['api', 'resolvers'],
  card: ['resolvers'],
}

/** With nothing to spend for so long, the lane is paused for all workers; a task in flight waits for less. */
const LONG_WAIT_MS = 2_000

/** For how long to pause the lane when the server fails at everything. */
const REST_MS = 60_000

/**
 * Does a stage for one repo, if it is still due and no other process does it. The failure of a repo is stored with a time for
 * the next try, so the task itself succeeds.
 */
export function stageHandler(
  stage: Stage,
  { hub, stages, options, turns, emit }: Pick<HandlerParts, 'hub' | 'stages' | 'options' | 'turns' | 'emit'>,
): TaskHandler {
  let circuit = new CircuitBreaker()
  return async ({ task, signal, draining }) => {
    const { hubId } = dataOf(stage, task)
    refuseWhileSpent(hub, stage)
    const behind = hub.withPriority('stage', { waitLimit: { longestMs: LONG_WAIT_MS, signal: draining } })
    const { includePrivate } = options
    const context = { hub: behind, includePrivate, signal, turns, emit: (event: StageFetched) => emit(event, task) }
    const end = await fetchAndKeep(stage, hubId, context, stages)
    const reason = circuit.record(end)
    if (reason !== undefined) {
      circuit = new CircuitBreaker()
      throw new LanePaused(Date.now() + REST_MS, reason)
    }
    return end === undefined ? undefined : { outcome: end.outcome }
  }
}

/** With nothing to spend, the lane is paused for all workers, so that none of them claims tasks that it cannot do. */
function refuseWhileSpent(hub: HubClient, stage: Stage): void {
  for (const bucket of BUCKETS[stage]) {
    const untilMs = hub.budgets[bucket].spentUntilMs()
    if (untilMs - Date.now() > LONG_WAIT_MS) throw new QuotaExhausted(untilMs)
  }
}
