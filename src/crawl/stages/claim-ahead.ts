import type { StageTask } from '../../catalog/stages/stage-data.ts'
import type { StageStore } from '../../catalog/stages/stage-store.ts'

/**
 * A store for a process that plans only for itself. It claims each planned batch in one statement, because claiming one task
 * costs as much as all other writes for it.
 */
export function claimAhead(store: StageStore): StageStore {
  const claimed = new Map<string, StageTask>()
  const keyOf = ({ stage, hubId }: Pick<StageTask, 'stage' | 'hubId'>) => `${stage} ${hubId}`
  return {
    ...store,
    // Equal scores keep the order of the claims.
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
