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
  /** Share of the live repos of a kind, 0 to 1, of which more missing at once stops the sweep before it asks for any. */
  maxRemovedShare: number
}

/** So many may be missing whatever the share: in a small catalog a handful is a large part. */
const ALWAYS_ALLOWED = 20
const BATCH = 24
const CONTROLS = 3

/**
 * Asks for the repos that a complete full pass has missed, by name, those asked for longest ago first, and makes tombstones
 * of those that the Hub says are gone. An unclear answer changes nothing; what is there after all is written as it is.
 *
 * That repos are gone counts only when the Hub still finds one that is surely there, asked for after them. When it does not,
 * and nothing else was clear either, the trouble is the Hub's and the sweep ends; repos that are refused one by one hold up
 * no other.
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
    const batch = await store.removalCandidates(kind, { notAskedSince: asOf, limit: BATCH })
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
    const isSound = !needsControl || (await passesControlProbe(hub, await store.controlRepos(kind, CONTROLS), signal))
    counts.requests += batch.length + (needsControl ? 1 : 0)
    if (isSound) {
      for (const cause of CAUSES) counts.removed += await store.removeRepos(hubIdsOf(gone, cause), cause)
    }
    const unclear = isSound ? unknown : [...unknown, ...gone]
    await store.countProbes(unclear.map((verdict) => verdict.hubId))
    counts.unconfirmed += unclear.length
    if (!isSound && unclear.length === batch.length) {
      counts.note = gone.length > 0 ? notBelieved(kind) : noClearAnswer(kind)
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
  // The name has been given to another repo. Had ours another name, the pass would have met it under that.
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
    'so none was taken for gone. If they are, raise HUBDEX_MAX_REMOVED_PERCENT for one run.'
  return { code: 'too-many-missing', text }
}

function noClearAnswer(kind: RepoKind): PassNote {
  const text = `The Hub gave no clear answer on the ${pluralOf[kind]} that were missing, so they stay; a later pass asks again.`
  return { code: 'no-clear-answer', text }
}

function notBelieved(kind: RepoKind): PassNote {
  const text =
    `The Hub said that ${pluralOf[kind]} are gone and said the same of one that is there, so it was not believed; ` +
    'a later pass asks again.'
  return { code: 'control-missing', text }
}
