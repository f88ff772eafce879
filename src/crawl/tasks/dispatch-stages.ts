import { setTimeout as delay } from 'node:timers/promises'
import { STAGES, type Stage } from '../../catalog/schema.ts'
import type { StageStore } from '../../catalog/stages/stage-store.ts'
import type { Lane, Tasks } from '../../queue/tasks.ts'
import { LaneAssignment, type LaneState } from './lane-assignment.ts'
import type { Lanes } from './lanes.ts'
import { stageTask } from './task-data.ts'

export interface StageDispatch {
  tasks: Pick<Tasks, 'add' | 'counts'>
  lanes: Lanes
  store: StageStore
  /** Tells how many tasks of a stage the budget of each lane can drain before the next look. */
  capacities(stage: Stage): Promise<(lane: Lane) => number>
  signal: AbortSignal
  /** How long a lane may have nothing to do while tasks wait in others. @default 60_000 */
  idleMs?: number
}

/** Between two looks at how much is left of what was handed out. */
const LOOK_MS = 500

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
  { tasks, lanes, store, capacities, signal, idleMs = 60_000 }: StageDispatch,
): Promise<number> {
  let assignment = new LaneAssignment()
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
    // To plan is to look at every repo: with all that was due in line, the next look is the last one,
    const isOver = isAllInLine && left === 0
    // or one for which a lane that has been without work takes over what waits in others: who comes first does it.
    const isIdle = isAllInLine && states.some((state) => state.left === 0) && performance.now() - plannedMs > idleMs
    if (isIdle) assignment = new LaneAssignment()
    if (isOver || isIdle || (!isAllInLine && states.some((state) => state.left <= state.most / 2))) {
      plannedMs = performance.now()
      // What waits is due, too, and comes again: so that there is something for every lane.
      const asked = states.reduce((sum, state) => sum + Math.max(state.most, state.left), 0)
      const due = await store.planTasks(stage, asked)
      if (due.length === 0 && left === 0) return handedOut
      const { byLane, unplaced } = assignment.over(states, due)
      isAllInLine = due.length < asked && unplaced === 0
      for (const [lane, planned] of byLane) {
        const added = planned.map(({ hubId, score }) => stageTask(stage, hubId, score))
        handedOut += await tasks.add(lane, added)
      }
    }
    await delay(LOOK_MS, undefined, { signal }).catch(() => signal.throwIfAborted())
  }
}
