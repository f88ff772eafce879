import type { Lane } from '../../queue/tasks.ts'

/** How a lane stands. */
export interface LaneState {
  lane: Lane
  /** Tasks that its budget can soon drain. */
  most: number
  /** Tasks that are there. */
  left: number
}

/**
 * Spreads the repos of which a stage is due over lanes, each in proportion to what its budget can drain and to none more than
 * that. What was given to a lane stays with it while it is due, so that no two lanes have the same.
 */
export class LaneAssignment {
  /** Fingerprints of budgets by hub id. */
  #given = new Map<string, string | undefined>()

  /** @returns the share of each lane in the order given, and how many found no room */
  over<Due extends { hubId: string }>(
    states: readonly LaneState[],
    due: readonly Due[],
  ): { byLane: Map<Lane, Due[]>; unplaced: number } {
    const shares = states.map((state) => ({ ...state, room: state.most - state.left, tasks: [] as Due[] }))
    const byBudget = new Map(shares.map((share) => [share.lane.budget, share]))
    const given = new Map<string, string | undefined>()
    let unplaced = 0
    for (const task of due) {
      const known = this.#given.has(task.hubId) ? byBudget.get(this.#given.get(task.hubId)) : undefined
      const share = known ?? emptiest(shares)
      if (share === undefined) {
        unplaced++
        continue
      }
      if (known === undefined) share.room--
      share.tasks.push(task)
      given.set(task.hubId, share.lane.budget)
    }
    this.#given = given
    return { byLane: new Map(shares.map(({ lane, tasks }) => [lane, tasks])), unplaced }
  }
}

/** Undefined where no lane has room. */
function emptiest<Share extends { room: number; most: number }>(shares: readonly Share[]): Share | undefined {
  const open = shares.filter(({ room }) => room > 0)
  return open.toSorted((a, b) => b.room / b.most - a.room / a.most)[0]
}
