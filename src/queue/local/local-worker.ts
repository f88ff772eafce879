import type { LaneWorker, WorkOptions } from '../tasks.ts'
import { UnderWay } from '../under-way.ts'
import type { LocalLane } from './local-lane.ts'

/** Works on a lane of this process. */
export function startLocalWorker(lane: LocalLane, options: WorkOptions): LaneWorker {
  const worker = { ...options, underWay: new UnderWay() }
  lane.join(worker)
  return {
    silentMs: () => 0,
    drain: async (graceMs) => {
      lane.leave(worker)
      await worker.underWay.end(graceMs)
    },
  }
}
