import { InFlightTasks } from '../in-flight-tasks.ts'
import type { LaneWorker, WorkOptions } from '../tasks.ts'
import type { LocalLane } from './local-lane.ts'

/** Starts a worker on a lane of this process. */
export function startLocalWorker(lane: LocalLane, options: WorkOptions): LaneWorker {
  const worker = { ...options, underWay: new InFlightTasks() }
  lane.join(worker)
  return {
    silentMs: () => 0,
    drain: async (graceMs) => {
      lane.leave(worker)
      await worker.underWay.end(graceMs)
    },
  }
}
