import type { HubRepo } from '../../hub-server/hub-store.ts'

/**
 * Internal field of a repo, never served: the `_id` and `id` from which its contents are made, if they are not its own. A copy
 * has the contents of its original, and a move changes none.
 */
export const MADE_FROM_FIELD = 'sampleMadeFrom'

/** The `_id` and `id` from which the contents of a repo are made. */
export function madeFrom(repo: HubRepo): { _id: string; id: string } {
  const { _id, id } = (repo[MADE_FROM_FIELD] ?? repo) as HubRepo
  return { _id, id }
}
