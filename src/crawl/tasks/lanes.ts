import { createHash } from 'node:crypto'
import { type Lane, QUEUED_TASK_NAMES, type QueuedTaskName } from '../../queue/tasks.ts'

/** A name for a token that reveals nothing of it. It is the same on all machines. */
export function fingerprintOf(token: string | undefined): string {
  return token === undefined ? 'anonymous' : createHash('sha256').update(token).digest('hex').slice(0, 8)
}

/** Queues of tasks, one per name and token. */
export interface Lanes {
  readonly all: readonly Lane[]
  ofName(name: QueuedTaskName): readonly Lane[]
  /** The lane of tasks with this key. Keys are spread over tokens by their rates, and a key always has the same token. */
  of(name: QueuedTaskName, key: string): Lane
}

/** Relative request rates of tokens by fingerprint. They may change. A missing token has the mean rate. */
export type TokenRates = ReadonlyMap<string, number>

/** @param budgets fingerprints of the tokens, at least one */
export function createLanes(budgets: readonly string[], rates: TokenRates = new Map()): Lanes {
  // Sorted, so that all machines list them alike.
  const sorted = [...new Set(budgets)].sort()
  const ofName = (name: QueuedTaskName): Lane[] => (name === 'index' ? [{ name }] : sorted.map((budget) => ({ name, budget })))
  const byName = new Map(QUEUED_TASK_NAMES.map((name) => [name, ofName(name)]))
  const lanesOf = (name: QueuedTaskName): readonly Lane[] => byName.get(name) ?? []
  return {
    all: QUEUED_TASK_NAMES.flatMap(lanesOf),
    ofName: lanesOf,
    of: (name, key) => {
      const lane = chosen(lanesOf(name), key, rates)
      if (lane === undefined) throw new Error(`There is no lane for ${name}; expected one per token.`)
      return lane
    },
  }
}

/** Weighted rendezvous hashing: when tokens or their rates change, as few keys as possible move. */
function chosen(lanes: readonly Lane[], key: string, rates: TokenRates): Lane | undefined {
  const known = lanes.flatMap(({ budget = '' }) => rates.get(budget) ?? [])
  const mean = known.length === 0 ? 1 : known.reduce((sum, rate) => sum + rate, 0) / known.length
  const scored = lanes.map((lane) => {
    const weight = rates.get(lane.budget ?? '') ?? mean
    return { lane, score: -weight / Math.log(shareOf(`${lane.budget} ${key}`)) }
  })
  return scored.toSorted((a, b) => b.score - a.score)[0]?.lane
}

/** Between 0 and 1, exclusive. */
function shareOf(text: string): number {
  return (createHash('sha256').update(text).digest().readUInt32BE() + 0.5) / 2 ** 32
}
