import { setTimeout as delay } from 'node:timers/promises'
import { STAGES, type Stage } from '../../catalog/schema.ts'
import type { StageStore } from '../../catalog/stages/stage-store.ts'
import type { Lane, Tasks } from '../../queue/tasks.ts'
import type { Lanes } from './lanes.ts'
import { type LaneState, Spread } from './spread.ts'
import { stageTask } from './task-data.ts'

export interface StageDispatch {
  tasks: Pick<Tasks, 'add' | 'counts'>
  lanes: Lanes
  store: StageStore
  /** Tells how many tasks of a stage the budget of each lane can drain before the next look. */
  capacities(stage: Stage): Promise<(lane: Lane) => number>
  signal: AbortSignal
}

/** Between two looks at how much is left of what was handed out. */
const LOOK_MS = 500

/** With all that was due in line, what became due since waits for a lane that has nothing left to do for so long at most. */
const PLAN_AGAIN_MS = 60_000

/**
 * Hands out what is due of the stages, the most wanted first and to no lane more than its budget can soon drain, until nothing
 * is due and nothing waits. What was handed out and lost, as with a queue that was wiped, is still due, and handed out again.
 *
 * @returns how many tasks were handed out of each stage
 * @throws the signal's reason, or what the queue or the store throws
 */
export async function dispatchStages(dispatch: StageDispatch): Promise<Record<Stage, number>> {
  const counts = await Promise.all(STAGES.map(async (stage) => [stage, await dispatchStage(stage, dispatch)] as const))
  return Object.fromEntries(counts) as Record<Stage, number>
}

async function dispatchStage(
  stage: Stage,
  { tasks, lanes, store, capacities, signal }: StageDispatch,
): Promise<number> {
  const spread = new Spread()
  let handedOut = 0
  let isAllInLine = false
  let plannedMs = performance.now()
  for (;;) {
    signal.throwIfAborted()
    const capacityOf = await capacities(stage)
    const states = await Promise.all(
      lanes.ofName(stage).map(async (lane): Promise<LaneState> => {
        const { waiting, running, delayed } = await tasks.counts(lane)
        return { lane, most: capacityOf(lane), left: waiting + running + delayed }
      }),
    )
    const left = states.reduce((sum, state) => sum + state.left, 0)
    // To plan is to look at every repo: with all that was due in line, the next look is the last one.
    const isTime = isAllInLine
      ? left === 0 || (states.some((state) => state.left === 0) && performance.now() - plannedMs > PLAN_AGAIN_MS)
      : states.some((state) => state.left <= state.most / 2)
    if (isTime) {
      plannedMs = performance.now()
      // What waits is due, too, and comes again: so that there is something for every lane.
      const asked = states.reduce((sum, state) => sum + Math.max(state.most, state.left), 0)
      const due = await store.plan(stage, asked)
      if (due.length === 0 && left === 0) return handedOut
      const { byLane, unplaced } = spread.over(states, due)
      isAllInLine = due.length < asked && unplaced === 0
      for (const [lane, planned] of byLane) {
        const added = planned.map(({ hubId, score }) => stageTask(stage, hubId, score))
        handedOut += await tasks.add(lane, added)
      }
    }
    await delay(LOOK_MS, undefined, { signal }).catch(() => signal.throwIfAborted())
  }
}
