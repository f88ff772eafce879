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

/** A name to ask for. */
export interface RefreshedName {
  kind: RepoKind
  id: string
  /** Repos that are said to have been deleted under it. @default none */
  deletedHubIds?: readonly string[] | undefined
}

/**
 * What a refresh has come to. `unresolved` means that the name leads to no repo that had it here, without a proof that any is
 * gone; `absent` that neither side knows the name. `unknown` is worth another try later.
 */
export type RefreshOutcome =
  | { outcome: 'written' | 'unchanged' | 'removed' | 'unresolved' | 'absent' }
  | { outcome: 'unknown'; failure: FailureReport }

const CONTROLS = 3

/**
 * Asks for one repo by name and writes what the Hub says.
 *
 * A name that leads nowhere, or to another repo, proves nothing of the one that had it: that may have moved, and its name may
 * have been taken and given up since. It is buried only if its very deletion was reported; else it is unresolved, out of
 * search, until a list shows it or a full pass has missed it. Whether a disabled repo is gone depends on whether lists show
 * it, and is left to full passes.
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
  const shown = await settleShown(found, known, store)
  if (others.length === 0) return { outcome: shown ?? 'absent' }
  if (found.answer === 'gone' && found.repo === undefined) {
    // Of a closed repo the Hub does not tell which it is.
    if (found.cause === 'disabled') return { outcome: 'unchanged' }
    const controls = await store.controlRepos(kind, CONTROLS + known.length)
    const apart = controls.filter((control) => !known.some((repo) => repo.hubId === control.hubId))
    if (!(await passesControlProbe(hub, apart, signal))) return { outcome: 'unknown', failure: notBelieved(id) }
  }
  const isDeleted = ({ hubId }: RemovalCandidate) => deletedHubIds.includes(hubId)
  const deleted = others.filter(isDeleted).map((repo) => repo.hubId)
  const buried = await store.removeRepos(deleted, 'deleted')
  const unresolved = await store.markUnresolved(others.filter((repo) => !isDeleted(repo)))
  if (shown !== undefined) return { outcome: shown }
  if (buried > 0) return { outcome: 'removed' }
  return { outcome: unresolved > 0 ? 'unresolved' : 'unchanged' }
}

/** Writes what the Hub says of the repo that it has shown; undefined where it has shown none. */
async function settleShown(
  found: Exclude<ProbeAnswer, { answer: 'unknown' }>,
  known: readonly RemovalCandidate[],
  store: RemovalStore,
): Promise<'written' | 'unchanged' | 'removed' | 'absent' | undefined> {
  if (found.repo === undefined) return undefined
  const { hub_id: hubId } = found.repo
  if (found.answer === 'gone' && found.cause === 'private') {
    return (await store.removeRepos([hubId], 'private')) > 0 ? 'removed' : 'absent'
  }
  // To write it would bring a tombstone back, which the next full pass would make again.
  if (found.answer === 'gone' && !known.some((repo) => repo.hubId === hubId)) return 'unchanged'
  return (await store.writePresent([found.repo])) > 0 ? 'written' : 'unchanged'
}

function notBelieved(id: string): FailureReport {
  const answer = `The Hub says that ${id} is gone, and the same of a repo that is there.`
  return { cause: 'broken-answer', status: null, answer }
}
