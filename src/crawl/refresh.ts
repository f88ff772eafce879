import type { RemovalStore } from '../catalog/removal-store.ts'
import type { HubClient } from '../hub/client.ts'
import type { RepoKind } from '../hub/kinds.ts'
import { canBelieve, probe } from './probe.ts'

export interface RefreshContext {
  hub: HubClient
  store: RemovalStore
  includePrivate: boolean
  signal: AbortSignal
}

/** What a refresh has come to. `unknown` is worth another try later; `absent` means that neither side knows the name. */
export type RefreshOutcome =
  | { outcome: 'written' | 'unchanged' | 'removed' | 'absent' }
  | { outcome: 'unknown'; reason: string }

const CONTROLS = 3

/**
 * Asks for one repo by name and writes what the Hub says: its present state, or that it is gone.
 *
 * @throws RequestsSpent, or the signal's reason when it aborts
 */
export async function refreshRepo(
  { kind, id }: { kind: RepoKind; id: string },
  { hub, store, includePrivate, signal }: RefreshContext,
): Promise<RefreshOutcome> {
  const found = await probe(hub, { kind, id }, signal)
  if (found.answer === 'unknown') return { outcome: 'unknown', reason: found.reason }

  const known = await store.live(kind, id)
  if (found.answer === 'present') {
    if (!found.repo.private || includePrivate) {
      return { outcome: (await store.present([found.repo])) > 0 ? 'written' : 'unchanged' }
    }
    const hidden = known.filter((repo) => repo.hubId === found.repo.hub_id).map((repo) => repo.hubId)
    return { outcome: (await store.remove(hidden, 'private')) > 0 ? 'removed' : 'absent' }
  }

  if (known.length === 0) return { outcome: 'absent' }
  const gone = known.map((repo) => repo.hubId)
  const controls = (await store.controls(kind, CONTROLS + gone.length)).filter((repo) => !gone.includes(repo.hubId))
  if (!(await canBelieve(hub, controls, signal))) {
    return { outcome: 'unknown', reason: `The Hub says that ${id} is gone, and the same of a repo that is there.` }
  }
  return { outcome: (await store.remove(gone, found.cause)) > 0 ? 'removed' : 'absent' }
}
