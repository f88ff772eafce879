import type { RemovalStore } from '../../catalog/passes/removal-store.ts'
import type { RemovalCandidate } from '../../catalog/passes/removals.ts'
import type { FailureReport } from '../../catalog/stages/failure-cause.ts'
import type { HubClient } from '../../hub/client.ts'
import type { RepoKind } from '../../hub/kinds.ts'
import { type ProbeAnswer, passesControlProbe, probe } from '../removal/probe.ts'

export interface RefreshContext {
  hub: HubClient
  store: RemovalStore
  includePrivate: boolean
  signal: AbortSignal
}

/** The name of a repo to refresh. */
export interface RefreshedName {
  kind: RepoKind
  id: string
  /** Repos that were reported as deleted under this name. @default none */
  deletedHubIds?: readonly string[] | undefined
}

/**
 * The outcome of a refresh. `unresolved`: the name no longer leads to the repo that has it in the catalog, which may still
 * exist. `absent`: neither the Hub nor the catalog knows the name. `unknown`: a retry may help.
 */
export type RefreshOutcome =
  | { outcome: 'written' | 'unchanged' | 'removed' | 'unresolved' | 'absent' }
  | { outcome: 'unknown'; failure: FailureReport }

const CONTROL_REPOS = 3

/**
 * Probes one repo by name and writes the result.
 *
 * If a name leads nowhere, or to another repo, the repo that had it may have moved before its name was reused. It becomes a
 * tombstone only if its own deletion was reported. Otherwise it is unresolved, and out of search, until a list shows it or a
 * full pass has missed it. Whether a disabled repo is gone depends on whether lists show it, so full passes decide.
 *
 * @throws RequestLimitReached, or the signal's reason when it aborts
 */
export async function refreshRepo(
  { kind, id, deletedHubIds = [] }: RefreshedName,
  { hub, store, includePrivate, signal }: RefreshContext,
): Promise<RefreshOutcome> {
  const found = await probe(hub, { kind, id }, { includePrivate, signal })
  if (found.answer === 'unknown') return { outcome: 'unknown', failure: found.failure }

  const known = await store.liveRepos(kind, id)
  const others = known.filter((repo) => repo.hubId !== found.repo?.hub_id)
  const shown = await writeShown(found, known, store)
  if (others.length === 0) return { outcome: shown ?? 'absent' }
  if (found.answer === 'gone' && found.repo === undefined) {
    // The Hub does not say which repo is disabled.
    if (found.cause === 'disabled') return { outcome: 'unchanged' }
    const candidates = await store.controlRepos(kind, CONTROL_REPOS + known.length)
    const controlRepos = candidates.filter(({ hubId }) => !known.some((repo) => repo.hubId === hubId))
    if (!(await passesControlProbe(hub, controlRepos, signal))) return { outcome: 'unknown', failure: controlMissing(id) }
  }
  const isDeleted = ({ hubId }: RemovalCandidate) => deletedHubIds.includes(hubId)
  const deleted = others.filter(isDeleted).map((repo) => repo.hubId)
  const removed = await store.removeRepos(deleted, 'deleted')
  const unresolved = await store.markUnresolved(others.filter((repo) => !isDeleted(repo)))
  if (shown !== undefined) return { outcome: shown }
  if (removed > 0) return { outcome: 'removed' }
  return { outcome: unresolved > 0 ? 'unresolved' : 'unchanged' }
}

/** Writes the repo that the name leads to, or removes it. Undefined if the name leads to none. */
async function writeShown(
  found: Exclude<ProbeAnswer, { answer: 'unknown' }>,
  known: readonly RemovalCandidate[],
  store: RemovalStore,
): Promise<'written' | 'unchanged' | 'removed' | 'absent' | undefined> {
  if (found.repo === undefined) return undefined
  const { hub_id: hubId } = found.repo
  if (found.answer === 'gone' && found.cause === 'private') {
    return (await store.removeRepos([hubId], 'private')) > 0 ? 'removed' : 'absent'
  }
  // Writing it would restore a tombstone that the next full pass would remove again.
  if (found.answer === 'gone' && !known.some((repo) => repo.hubId === hubId)) return 'unchanged'
  return (await store.writePresent([found.repo])) > 0 ? 'written' : 'unchanged'
}

function controlMissing(id: string): FailureReport {
  const answer = `The Hub reported ${id} as gone, but also repos that are known to exist, so its answer was ignored.`
  return { cause: 'broken-answer', status: null, answer }
}
