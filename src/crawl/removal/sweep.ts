import type { SweepCounts } from '../../catalog/passes/pass.ts'
import type { PassNote } from '../../catalog/passes/pass-note.ts'
import type { RemovalStore } from '../../catalog/passes/removal-store.ts'
import type { RemovalCandidate } from '../../catalog/passes/removals.ts'
import type { RepoRecord } from '../../catalog/repos/record.ts'
import type { RemovalCause } from '../../catalog/schema.ts'
import type { HubClient } from '../../hub/client.ts'
import { pluralOf, type RepoKind } from '../../hub/kinds.ts'
import { formatNumber } from '../../util/format-number.ts'
import { type ProbeAnswer, passesControlProbe, probe } from './probe.ts'

export interface SweepOptions {
  hub: HubClient
  includePrivate: boolean
  /** If more than this share of the live repos of a kind is missing, 0 to 1, the sweep probes none of them. */
  maxRemovedShare: number
}

/** This many may be missing whatever their share, because a few repos are a large share of a small catalog. */
const ALWAYS_ALLOWED = 20
const BATCH = 24
const CONTROL_REPOS = 3

/**
 * Probes the repos that a complete full pass has missed, those probed longest ago first. Repos that the Hub reports as gone
 * become tombstones, and repos that exist are written. An unclear answer changes nothing.
 *
 * Reports of gone repos only count if a control probe after them succeeds. If it fails and the batch had no clear answer
 * either, the Hub is at fault and the sweep ends. Unclear answers about single repos do not stop it.
 */
export async function sweep(
  kind: RepoKind,
  { hub, includePrivate, maxRemovedShare }: SweepOptions,
  store: RemovalStore,
  signal: AbortSignal,
): Promise<SweepCounts> {
  const counts: SweepCounts = { removed: 0, unconfirmed: 0, requests: 0, note: null }
  const { candidates, live, asOf } = await store.removalShare(kind)
  if (candidates > Math.max(ALWAYS_ALLOWED, maxRemovedShare * live)) {
    return { ...counts, unconfirmed: candidates, note: tooMany(kind, candidates, live, maxRemovedShare) }
  }
  let found = 0
  for (;;) {
    const batch = await store.removalCandidates(kind, { notProbedSince: asOf, limit: BATCH })
    if (batch.length === 0) return counts
    const hubIds = batch.map(({ hubId }) => hubId)
    await store.beginProbes(hubIds)
    const verdicts = await Promise.all(
      batch.map(async (candidate) => verdictOf(candidate, await probe(hub, candidate, { includePrivate, signal }))),
    ).finally(() => store.endProbes(hubIds))
    const present = verdicts.filter((verdict) => verdict.is === 'present')
    const gone = verdicts.filter((verdict) => verdict.is === 'gone')
    const unknown = verdicts.filter((verdict) => verdict.is === 'unknown')
    await store.writePresent(present.map((verdict) => verdict.repo))
    found += present.length
    const needsControl = gone.length > 0 || unknown.length === batch.length
    const isCredible = !needsControl || (await passesControlProbe(hub, await store.controlRepos(kind, CONTROL_REPOS), signal))
    counts.requests += batch.length + (needsControl ? 1 : 0)
    if (isCredible) {
      for (const cause of CAUSES) counts.removed += await store.removeRepos(hubIdsOf(gone, cause), cause)
    }
    const unclear = isCredible ? unknown : [...unknown, ...gone]
    await store.countProbes(unclear.map((verdict) => verdict.hubId))
    counts.unconfirmed += unclear.length
    if (!isCredible && unclear.length === batch.length) {
      counts.note = gone.length > 0 ? controlMissing(kind) : noClearAnswer(kind)
      counts.unconfirmed = candidates - counts.removed - found
      return counts
    }
  }
}

const CAUSES: readonly RemovalCause[] = ['deleted', 'private', 'disabled']

type Verdict =
  | { is: 'present'; hubId: string; repo: RepoRecord }
  | { is: 'gone'; hubId: string; cause: RemovalCause }
  | { is: 'unknown'; hubId: string }

function verdictOf({ hubId }: RemovalCandidate, found: ProbeAnswer): Verdict {
  if (found.answer === 'unknown') return { is: 'unknown', hubId }
  // The name now belongs to another repo. If ours had been renamed, the pass would have seen it under its new name.
  if (found.repo !== undefined && found.repo.hub_id !== hubId) return { is: 'gone', hubId, cause: 'deleted' }
  if (found.answer === 'gone') return { is: 'gone', hubId, cause: found.cause }
  return { is: 'present', hubId, repo: found.repo }
}

function hubIdsOf(gone: readonly Extract<Verdict, { is: 'gone' }>[], cause: RemovalCause): string[] {
  return gone.filter((verdict) => verdict.cause === cause).map((verdict) => verdict.hubId)
}

function tooMany(kind: RepoKind, candidates: number, live: number, share: number): PassNote {
  const missing = `${formatNumber(candidates)} of ${formatNumber(live)} ${pluralOf[kind]}`
  const text =
    `${missing} were missing from a complete pass, more than ${Math.round(share * 100)} %, ` +
    'so none was removed. If they really are gone, raise HUBDEX_MAX_REMOVED_PERCENT for one run.'
  return { code: 'too-many-missing', text }
}

function noClearAnswer(kind: RepoKind): PassNote {
  const missing = `the missing ${pluralOf[kind]}`
  const text = `The Hub gave no clear answer about ${missing}, so none was removed. The next full pass checks again.`
  return { code: 'no-clear-answer', text }
}

function controlMissing(kind: RepoKind): PassNote {
  const text =
    `The Hub reported ${pluralOf[kind]} as gone, but also repos that are known to exist, so its answers were ignored. ` +
    'The next full pass checks again.'
  return { code: 'control-missing', text }
}
