import { setTimeout as delay } from 'node:timers/promises'
import { STAGES, type Stage } from '../../catalog/schema.ts'
import type { StageStore } from '../../catalog/stages/stage-store.ts'
import type { Lane, Tasks } from '../../queue/tasks.ts'
import type { Lanes } from './lanes.ts'
import { stageTask } from './task-data.ts'

export interface StageDispatch {
  tasks: Pick<Tasks, 'add' | 'counts'>
  lanes: Lanes
  store: StageStore
  /** Tasks of a stage that the budgets can drain before the next look. */
  capacity(stage: Stage): Promise<number>
  signal: AbortSignal
}

/** Between two looks at how much is left of what was handed out. */
const LOOK_MS = 500

/**
 * Hands out what is due of the stages, the most wanted first and never more than the budgets can soon drain, until nothing is
 * due and nothing waits. What was handed out and lost, as with a queue that was wiped, is still due, and handed out again.
 *
 * @returns how many tasks were handed out of each stage
 * @throws the signal's reason, or what the queue or the store throws
 */
export async function dispatchStages(dispatch: StageDispatch): Promise<Record<Stage, number>> {
  const counts = await Promise.all(STAGES.map(async (stage) => [stage, await dispatchStage(stage, dispatch)] as const))
  return Object.fromEntries(counts) as Record<Stage, number>
}

async function dispatchStage(stage: Stage, { tasks, lanes, store, capacity, signal }: StageDispatch): Promise<number> {
  let handedOut = 0
  let isAllHandedOut = false
  for (;;) {
    signal.throwIfAborted()
    const most = await capacity(stage)
    const left = await tasksIn(tasks, lanes.ofName(stage))
    // To plan is to look at every repo: with all that was due in line, the next look is the last one.
    if (left <= (isAllHandedOut ? 0 : most / 2)) {
      const due = await store.plan(stage, most)
      if (due.length === 0 && left === 0) return handedOut
      isAllHandedOut = due.length < most
      handedOut += await handOut(stage, due, tasks, lanes)
    }
    await delay(LOOK_MS, undefined, { signal }).catch(() => signal.throwIfAborted())
  }
}

async function tasksIn(tasks: StageDispatch['tasks'], lanes: readonly Lane[]): Promise<number> {
  const counts = await Promise.all(lanes.map((lane) => tasks.counts(lane)))
  return counts.reduce((sum, { waiting, running, delayed }) => sum + waiting + running + delayed, 0)
}

async function handOut(
  stage: Stage,
  hubIds: readonly string[],
  tasks: StageDispatch['tasks'],
  lanes: Lanes,
): Promise<number> {
  const byLane = Map.groupBy(hubIds, (hubId) => lanes.of(stage, hubId))
  let added = 0
  for (const [lane, ids] of byLane) {
    added += await tasks.add(
      lane,
      ids.map((hubId) => stageTask(stage, hubId)),
    )
  }
  return added
}
