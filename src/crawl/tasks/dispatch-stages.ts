import { setTimeout as delay } from 'node:timers/promises'
import { STAGES, type Stage } from '../../catalog/schema.ts'
import type { StageStore } from '../../catalog/stages/stage-store.ts'
import type { Lane, Tasks } from '../../queue/tasks.ts'
import { LaneAssignment, type LaneState } from './lane-assignment.ts'
import type { Lanes } from './lanes.ts'
import { stageTask } from './task-data.ts'

export interface StageDispatch {
  tasks: Pick<Tasks, 'add' | 'counts'>
  lanes: Pick<Lanes, 'ofName'>
  store: Pick<StageStore, 'planTasks'>
  /** Returns how many tasks of a stage the budget of each lane can drain before the next look. */
  capacities(stage: Stage): Promise<(lane: Lane) => number>
  signal: AbortSignal
  /** Aborted once nothing more becomes due: until then a stage with nothing to do waits. @default aborted */
  complete?: AbortSignal
  /** How long a lane may have nothing to do while tasks wait in others. @default 60,000 */
  idleMs?: number
  /** Between two looks at how much is left of what was enqueued. @default 500 */
  lookMs?: number
}

/** Between two plans of a stage of which nothing is due yet. */
const PLAN_AGAIN_MS = 1_000

/**
 * Enqueues what is due of the stages, the most wanted first and to no lane more than its budget can soon drain, until nothing
 * is due and nothing waits. What the queue has lost, as when it was wiped, is still due, and enqueued again.
 *
 * @returns how many tasks of each stage were enqueued
 * @throws the signal's reason, or what the queue or the store throws
 */
export async function dispatchStages(dispatch: StageDispatch): Promise<Record<Stage, number>> {
  const counts = await Promise.all(STAGES.map(async (stage) => [stage, await dispatchStage(stage, dispatch)] as const))
  return Object.fromEntries(counts) as Record<Stage, number>
}

/** The same for one stage. */
export async function dispatchStage(stage: Stage, dispatch: StageDispatch): Promise<number> {
  const { tasks, lanes, store, capacities, signal } = dispatch
  const { complete = AbortSignal.abort(), idleMs = 60_000, lookMs = 500 } = dispatch
  let assignment = new LaneAssignment()
  let enqueued = 0
  let isAllQueued = false
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
    // A plan reads every repo. With all that was due in the queue, the next plan is for the last look,
    const isOver = isAllQueued && left === 0
    // or for a lane without work, which takes over what waits in others: the worker that comes first does it.
    const isIdle = isAllQueued && states.some((state) => state.left === 0) && performance.now() - plannedMs > idleMs
    if (isIdle) assignment = new LaneAssignment()
    if (isOver || isIdle || (!isAllQueued && states.some((state) => state.left <= state.most / 2))) {
      plannedMs = performance.now()
      // What waits is due, too, and planned again. Asking for that much more leaves something for every lane.
      const asked = states.reduce((sum, state) => sum + Math.max(state.most, state.left), 0)
      // What becomes due during this plan is found by the next one, unless this is the last.
      const isLast = complete.aborted
      const due = await store.planTasks(stage, asked)
      if (due.length === 0 && left === 0) {
        if (isLast) return enqueued
        await delay(PLAN_AGAIN_MS, undefined, { signal: AbortSignal.any([signal, complete]) }).catch(() => undefined)
        continue
      }
      const { byLane, unplaced } = assignment.over(states, due)
      isAllQueued = due.length < asked && unplaced === 0
      for (const [lane, planned] of byLane) {
        const added = planned.map(({ hubId, score }) => stageTask(stage, hubId, score))
        enqueued += await tasks.add(lane, added)
      }
    }
    await delay(lookMs, undefined, { signal }).catch(() => signal.throwIfAborted())
  }
}
