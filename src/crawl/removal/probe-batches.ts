import type { SweepCounts } from '../../catalog/passes/pass.ts'
import type { RemovalStore } from '../../catalog/passes/removal-store.ts'
import type { RemovalCandidate } from '../../catalog/passes/removals.ts'
import type { RepoRecord } from '../../catalog/repos/record.ts'
import type { RemovalCause } from '../../catalog/schema.ts'
import type { FailureReport } from '../../catalog/stages/failure-cause.ts'
import type { HubClient } from '../../hub/client.ts'
import type { CatalogKind } from '../../hub/kinds.ts'
import { type ProbeAnswer, passesControlProbe, probe } from './probe.ts'

/** What to probe, and how attempts are recorded. */
export interface ProbeSource {
  kind: CatalogKind
  /** The next candidates, without those that were probed before. */
  next(limit: number): Promise<readonly RemovalCandidate[]>
  /** Records that probes begin, so that a process that dies of one is noticed. */
  begin(hubIds: readonly string[]): Promise<void>
  end(hubIds: readonly string[]): Promise<void>
  writePresent(repos: readonly RepoRecord[]): Promise<unknown>
  /** Records probes without a clear answer. */
  writeUnclear(unclear: readonly UnclearProbe[]): Promise<void>
}

interface UnclearProbe {
  hubId: string
  failure: FailureReport
}

export interface ProbedBatches extends Pick<SweepCounts, 'removed' | 'unconfirmed' | 'requests'> {
  present: number
  /** Why the probes ended early. */
  distrusted: 'control-missing' | 'no-clear-answer' | undefined
}

const BATCH = 24
const CONTROL_REPOS = 3

/**
 * Probes candidates until there are none. Those that the Hub reports as gone become tombstones, and those that exist are
 * written. An unclear answer changes nothing.
 *
 * Reports of gone repos only count if a control probe after them succeeds. If it fails and the batch had no clear answer
 * either, the Hub is at fault and the probes end. Unclear answers about single repos do not stop them.
 */
export async function probeInBatches(
  source: ProbeSource,
  { hub, includePrivate, signal }: { hub: HubClient; includePrivate: boolean; signal: AbortSignal },
  store: Pick<RemovalStore, 'controlRepos' | 'removeRepos'>,
): Promise<ProbedBatches> {
  const counts: ProbedBatches = { removed: 0, unconfirmed: 0, requests: 0, present: 0, distrusted: undefined }
  for (;;) {
    const batch = await source.next(BATCH)
    if (batch.length === 0) return counts
    const hubIds = batch.map(({ hubId }) => hubId)
    await source.begin(hubIds)
    const verdicts = await Promise.all(
      batch.map(async (candidate) => verdictOf(candidate, await probe(hub, candidate, { includePrivate, signal }))),
    ).finally(() => source.end(hubIds))
    const present = verdicts.filter((verdict) => verdict.is === 'present')
    const gone = verdicts.filter((verdict) => verdict.is === 'gone')
    const unknown = verdicts.filter((verdict) => verdict.is === 'unknown')
    await source.writePresent(present.map((verdict) => verdict.repo))
    counts.present += present.length
    const needsControl = gone.length > 0 || unknown.length === batch.length
    // Outside a full pass, the batch may be among the oldest live repos.
    const known = needsControl ? await store.controlRepos(source.kind, CONTROL_REPOS + batch.length) : []
    const controls = known.filter(({ hubId }) => !hubIds.includes(hubId))
    const isCredible = !needsControl || (await passesControlProbe(hub, controls, signal))
    counts.requests += batch.length + (needsControl ? 1 : 0)
    if (isCredible) {
      for (const cause of CAUSES) counts.removed += await store.removeRepos(hubIdsOf(gone, cause), cause)
    }
    const unclear = isCredible ? unknown : [...unknown, ...gone.map(({ hubId }) => ({ hubId, failure: NOT_CREDIBLE }))]
    await source.writeUnclear(unclear)
    counts.unconfirmed += unclear.length
    if (!isCredible && unclear.length === batch.length) {
      return { ...counts, distrusted: gone.length > 0 ? 'control-missing' : 'no-clear-answer' }
    }
  }
}

const CAUSES: readonly RemovalCause[] = ['deleted', 'private', 'disabled']
const NOT_CREDIBLE: FailureReport = {
  cause: 'broken-answer',
  status: 404,
  answer: 'The Hub reported it as gone, but also repos that are known to exist.',
}

type Verdict =
  | { is: 'present'; hubId: string; repo: RepoRecord }
  | { is: 'gone'; hubId: string; cause: RemovalCause }
  | ({ is: 'unknown' } & UnclearProbe)

function verdictOf({ hubId }: RemovalCandidate, found: ProbeAnswer): Verdict {
  if (found.answer === 'unknown') return { is: 'unknown', hubId, failure: found.failure }
  // The name now belongs to another repo. If ours had been renamed, the pass would have seen it under its new name.
  if (found.repo !== undefined && found.repo.hub_id !== hubId) return { is: 'gone', hubId, cause: 'deleted' }
  if (found.answer === 'gone') return { is: 'gone', hubId, cause: found.cause }
  return { is: 'present', hubId, repo: found.repo }
}

function hubIdsOf(gone: readonly Extract<Verdict, { is: 'gone' }>[], cause: RemovalCause): string[] {
  return gone.filter((verdict) => verdict.cause === cause).map((verdict) => verdict.hubId)
}
