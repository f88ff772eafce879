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

/** A longer wait for the budget pauses the lane for all workers. A task in flight waits for less. */
const LONG_WAIT_MS = 2_000

/** How long to pause the lane when the server fails at everything. */
const PAUSE_MS = 60_000

/**
 * Fetches a stage for one repo if it is still due and no other process does so. The failure of a repo is stored with the time
 * of its retry, so the task itself succeeds.
 */
export function stageHandler(
  stage: Stage,
  { hub, stages, options, turns, emit }: Pick<HandlerParts, 'hub' | 'stages' | 'options' | 'turns' | 'emit'>,
): TaskHandler {
  let circuit = new CircuitBreaker()
  return async ({ task, signal, draining }) => {
    const { hubId } = dataOf(stage, task)
    refuseWhileExhausted(hub, stage)
    const behind = hub.withPriority('stage', { waitLimit: { longestMs: LONG_WAIT_MS, signal: draining } })
    const { includePrivate } = options
    const context = { hub: behind, includePrivate, signal, turns, emit: (event: StageFetched) => emit(event, task) }
    const end = await fetchAndKeep(stage, hubId, context, stages)
    const reason = circuit.record(end)
    if (reason !== undefined) {
      circuit = new CircuitBreaker()
      throw new LanePaused(Date.now() + PAUSE_MS, reason)
    }
    return end === undefined ? undefined : { outcome: end.outcome }
  }
}

/** Without budget, no worker may claim tasks that it cannot do. */
function refuseWhileExhausted(hub: HubClient, stage: Stage): void {
  for (const bucket of BUCKETS[stage]) {
    const untilMs = hub.budgets[bucket].exhaustedUntilMs()
    if (untilMs - Date.now() > LONG_WAIT_MS) throw new QuotaExhausted(untilMs)
  }
}
