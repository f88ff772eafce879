import { createHash } from 'node:crypto'
import { TASK_NAMES, type TaskName } from '../../config/settings.ts'
import type { Lane } from '../../queue/tasks.ts'

/** A name for a token that gives nothing of it away. The same token has the same name on all machines. */
export function fingerprintOf(token: string | undefined): string {
  return token === undefined ? 'anonymous' : createHash('sha256').update(token).digest('hex').slice(0, 8)
}

/** Lines of tasks, one for each name and token. */
export interface Lanes {
  readonly all: readonly Lane[]
  ofName(name: TaskName): readonly Lane[]
  /** The one in which tasks with this key stand. Keys are spread over the tokens, each always to the same. */
  of(name: TaskName, key: string): Lane
}

/** @param budgets fingerprints of the tokens, at least one */
export function createLanes(budgets: readonly string[]): Lanes {
  // Sorted, so that machines on which the tokens stand in another order spread keys alike.
  const sorted = [...new Set(budgets)].sort()
  const ofName = (name: TaskName): Lane[] =>
    name === 'index' ? [{ name }] : sorted.map((budget) => ({ name, budget }))
  const byName = new Map(TASK_NAMES.map((name) => [name, ofName(name)]))
  const lanesOf = (name: TaskName): readonly Lane[] => byName.get(name) ?? []
  return {
    all: TASK_NAMES.flatMap(lanesOf),
    ofName: lanesOf,
    of: (name, key) => {
      const lanes = lanesOf(name)
      const lane = lanes[hashOf(key) % lanes.length]
      if (lane === undefined) throw new Error(`There is no lane for ${name}; expected one for each token.`)
      return lane
    },
  }
}

function hashOf(key: string): number {
  return createHash('sha256').update(key).digest().readUInt32BE()
}
