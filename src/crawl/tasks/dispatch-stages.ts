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
  /** How many tasks of a stage the budget of each lane can pay for before the next poll. */
  capacities(stage: Stage): Promise<(lane: Lane) => number>
  signal: AbortSignal
  /** Aborted once nothing more becomes due. Until then, a stage with nothing to do waits. @default aborted */
  complete?: AbortSignal
  /** How long a lane may be empty while tasks wait in others. @default 60,000 */
  idleMs?: number
  /** How often to poll the lengths of the lanes. @default 500 */
  pollMs?: number
}

/** Between two plans while nothing is due yet. */
const REPLAN_MS = 1_000

/**
 * Enqueues the due tasks of the stages by descending score, until none is due or queued. No lane gets more than its budget can
 * soon pay for. Tasks that the queue has lost, for example because it was wiped, are still due and enqueued again.
 *
 * @returns how many tasks of each stage were enqueued
 * @throws the signal's reason, or an error of the queue or the store
 */
export async function dispatchStages(dispatch: StageDispatch): Promise<Record<Stage, number>> {
  const counts = await Promise.all(STAGES.map(async (stage) => [stage, await dispatchStage(stage, dispatch)] as const))
  return Object.fromEntries(counts) as Record<Stage, number>
}

/** The same for one stage. */
export async function dispatchStage(stage: Stage, dispatch: StageDispatch): Promise<number> {
  const { tasks, lanes, store, capacities, signal } = dispatch
  const { complete = AbortSignal.abort(), idleMs = 60_000, pollMs = 500 } = dispatch
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
        return { lane, capacity: capacityOf(lane), queued: waiting + running + delayed }
      }),
    )
    const queued = states.reduce((sum, state) => sum + state.queued, 0)
    // A plan reads every repo. Once all due tasks are queued, plan again only when they are done,
    const isOver = isAllQueued && queued === 0
    // or when a lane is idle. It also gets tasks that wait in others, and the first worker to take such a task does it.
    const isIdle = isAllQueued && states.some((state) => state.queued === 0) && performance.now() - plannedMs > idleMs
    if (isIdle) assignment = new LaneAssignment()
    if (isOver || isIdle || (!isAllQueued && states.some((state) => state.queued <= state.capacity / 2))) {
      plannedMs = performance.now()
      // Queued tasks are still due, so the plan contains them, too.
      const most = states.reduce((sum, state) => sum + Math.max(state.capacity, state.queued), 0)
      // Read before the plan, because repos that become due during it need another plan.
      const isLast = complete.aborted
      const due = await store.planTasks(stage, most)
      if (due.length === 0 && queued === 0) {
        if (isLast) return enqueued
        await delay(REPLAN_MS, undefined, { signal: AbortSignal.any([signal, complete]) }).catch(() => undefined)
        continue
      }
      const { byLane, unplaced } = assignment.assign(states, due)
      isAllQueued = due.length < most && unplaced === 0
      for (const [lane, planned] of byLane) {
        const added = planned.map(({ hubId, score }) => stageTask(stage, hubId, score))
        enqueued += await tasks.add(lane, added)
      }
    }
    await delay(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted())
  }
}
