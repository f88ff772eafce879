import type { StageTask } from '../../catalog/stages/stage-data.ts'
import type { StageStore } from '../../catalog/stages/stage-store.ts'

/**
 * The store for a process that plans only for itself. It claims what it plans, a whole batch by one statement, because a claim
 * for each task costs as much as everything else that is written for it.
 */
export function claimAhead(store: StageStore): StageStore {
  const claimed = new Map<string, StageTask>()
  const keyOf = ({ stage, hubId }: Pick<StageTask, 'stage' | 'hubId'>) => `${stage} ${hubId}`
  return {
    ...store,
    // Equal scores, because they go in the order of their claims.
    planTasks: async (stage, most) => {
      const waiting = [...claimed.values()].filter((task) => task.stage === stage)
      const added = most > waiting.length ? await store.claimTasks(stage, most - waiting.length) : []
      for (const task of added) claimed.set(keyOf(task), task)
      return [...waiting, ...added].map(({ hubId }) => ({ hubId, score: 0 }))
    },
    claimTask: async (stage, hubId) => {
      const key = keyOf({ stage, hubId })
      const task = claimed.get(key)
      claimed.delete(key)
      return task
    },
  }
}
