import type { Lane } from '../../queue/tasks.ts'

export interface LaneState {
  lane: Lane
  /** Tasks that its budget can soon pay for. */
  capacity: number
  /** Tasks in its queue. */
  queued: number
}

/**
 * Assigns due tasks of a stage to lanes in proportion to their capacity, and to none more than that. A task stays with its lane
 * while it is due, so that no two lanes have the same task.
 */
export class LaneAssignment {
  /** Fingerprints of budgets by hub id. */
  #assigned = new Map<string, string | undefined>()

  /** @returns the tasks of each lane in the given order, and how many fit into no lane */
  assign<Due extends { hubId: string }>(
    states: readonly LaneState[],
    due: readonly Due[],
  ): { byLane: Map<Lane, Due[]>; unplaced: number } {
    const shares = states.map((state) => ({ ...state, room: state.capacity - state.queued, tasks: [] as Due[] }))
    const byBudget = new Map(shares.map((share) => [share.lane.budget, share]))
    const assigned = new Map<string, string | undefined>()
    let unplaced = 0
    for (const task of due) {
      const known = this.#assigned.has(task.hubId) ? byBudget.get(this.#assigned.get(task.hubId)) : undefined
      const share = known ?? emptiest(shares)
      if (share === undefined) {
        unplaced++
        continue
      }
      if (known === undefined) share.room--
      share.tasks.push(task)
      assigned.set(task.hubId, share.lane.budget)
    }
    this.#assigned = assigned
    return { byLane: new Map(shares.map(({ lane, tasks }) => [lane, tasks])), unplaced }
  }
}

/** Undefined if no lane has room. */
function emptiest<Share extends { room: number; capacity: number }>(shares: readonly Share[]): Share | undefined {
  const open = shares.filter(({ room }) => room > 0)
  return open.toSorted((a, b) => b.room / b.capacity - a.room / a.capacity)[0]
}
