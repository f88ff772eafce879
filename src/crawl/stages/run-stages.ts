import type { Stage } from '../../catalog/schema.ts'
import type { StageStore } from '../../catalog/stages/stage-store.ts'
import type { HubClient } from '../../hub/client.ts'
import { createLocalTasks } from '../../queue/local/local-tasks.ts'
import type { QueuedTaskName, TaskHandler } from '../../queue/tasks.ts'
import { dispatchStage } from '../tasks/dispatch-stages.ts'
import type { Turns } from '../turns.ts'
import { claimAhead } from './claim-ahead.ts'
import { fetchAndKeep } from './fetch-and-keep.ts'
import type { StageCounts, StageEvent, StageOutcome } from './stage-events.ts'
import { StopCondition } from './stop-condition.ts'

export interface StageRun {
  stages: readonly Stage[]
  hub: HubClient
  /** Requests that all stages together may send. @default no limit */
  maxRequests?: number | undefined
  /** Tasks in flight per stage. */
  concurrency: number
  /**
   * Tasks claimed ahead per stage. More are planned when half of them are done. Planning reads every repo, 5 microseconds each
   * on a busy machine, and a plan ages. @default 2,000
   */
  batchSize?: number | undefined
  includePrivate: boolean
  /** Shared by all work of this process. */
  turns: Turns
  /** Work that makes more repos due. A stage with nothing to do waits for it. @default none */
  upstream?: Promise<unknown> | undefined
  signal: AbortSignal
  emit(event: StageEvent): void
}

export type StageOutcomes = Partial<Record<Stage, StageOutcome>>

const BATCH_SIZE = 2_000
/** Short, because polling a queue in this process costs nothing and a stage ends with a poll. */
const POLL_MS = 50

/**
 * Does the due tasks of several stages over a queue in this process. The stages run in parallel, each by descending score, and
 * have the lowest priority for the budget. Ends when nothing is due, at the limit of requests, when the server fails at
 * everything, or on the signal. Unfinished tasks are left to the next run.
 *
 * @throws errors of the store only: the failure of one repo is stored and does not end the run
 */
export async function runStages(run: StageRun, store: StageStore): Promise<StageOutcomes> {
  const tasks = createLocalTasks()
  const stop = new StopCondition(run.signal)
  const complete = new AbortController()
  const onComplete = (): void => complete.abort()
  if (run.upstream === undefined) onComplete()
  else run.upstream.then(onComplete, onComplete)
  const { includePrivate, turns, emit, batchSize = BATCH_SIZE, maxRequests = Number.POSITIVE_INFINITY } = run
  const hub = run.hub.withPriority('stage', { maxRequests })
  const context = { hub, includePrivate, signal: stop.now, turns, emit }
  // Each task takes at least one request, so a small limit needs no second plan.
  const ahead = Math.min(batchSize, 2 * maxRequests)
  const dispatch = {
    tasks,
    lanes: { ofName: (name: QueuedTaskName) => [{ name }] },
    store: claimAhead(store),
    capacities: async () => () => ahead,
    signal: stop.soon,
    complete: complete.signal,
    pollMs: POLL_MS,
  }
  const runStage = async (stage: Stage): Promise<[Stage, StageOutcome]> => {
    const counts: StageCounts = { done: 0, absent: 0, failed: 0 }
    emit({ type: 'stage-started', stage })
    const handler: TaskHandler = async ({ task }) => {
      const end = await stop.watch(() => fetchAndKeep(stage, task.key, context, dispatch.store))
      if (end !== undefined) counts[end.outcome]++
      return undefined
    }
    const worker = tasks.work({ name: stage }, { concurrency: run.concurrency, run: handler, emit: () => undefined })
    await dispatchStage(stage, dispatch).catch((error: unknown) => error === stop.soon.reason || stop.fail(error))
    await worker.drain(Number.POSITIVE_INFINITY)
    const { note } = stop
    const outcome: StageOutcome = { ...counts, state: note === null ? 'complete' : 'interrupted', note }
    emit({ type: 'stage-ended', stage, outcome })
    return [stage, outcome]
  }
  try {
    const outcomes = await Promise.all(run.stages.map(runStage))
    if (stop.failure !== undefined) throw stop.failure
    return Object.fromEntries(outcomes)
  } finally {
    await tasks.close()
    await store.releaseAll()
  }
}
