import type { SweepCounts } from '../../catalog/passes/pass.ts'
import type { PassNote } from '../../catalog/passes/pass-note.ts'
import type { RemovalStore } from '../../catalog/passes/removal-store.ts'
import type { HubClient } from '../../hub/client.ts'
import { type CatalogKind, pluralOf } from '../../hub/kinds.ts'
import { formatNumber } from '../../util/format-number.ts'
import { type ProbedBatches, probeInBatches } from './probe-batches.ts'

export interface SweepOptions {
  hub: HubClient
  includePrivate: boolean
  /** If more than this share of the live repos of a kind is missing, 0 to 1, the sweep probes none of them. */
  maxRemovedShare: number
}

/** This many may be missing whatever their share, because a few repos are a large share of a small catalog. */
const ALWAYS_ALLOWED = 20

export function areTooMany(candidates: number, live: number, maxRemovedShare: number): boolean {
  return candidates > Math.max(ALWAYS_ALLOWED, maxRemovedShare * live)
}

/** Probes the repos that a complete full pass has missed, those probed longest ago first. */
export async function sweep(
  kind: CatalogKind,
  { hub, includePrivate, maxRemovedShare }: SweepOptions,
  store: RemovalStore,
  signal: AbortSignal,
): Promise<SweepCounts> {
  const { candidates, live, asOf } = await store.removalShare(kind)
  if (areTooMany(candidates, live, maxRemovedShare)) {
    return { removed: 0, unconfirmed: candidates, requests: 0, note: tooManyNote(kind, candidates, live, maxRemovedShare) }
  }
  const source = {
    kind,
    next: (limit: number) => store.removalCandidates(kind, { notProbedSince: asOf, limit }),
    begin: store.beginProbes,
    end: store.endProbes,
    writePresent: store.writePresent,
    writeUnclear: (unclear: readonly { hubId: string }[]) => store.countProbes(unclear.map(({ hubId }) => hubId)),
  }
  const { removed, unconfirmed, requests, present, distrusted } = await probeInBatches(
    source,
    { hub, includePrivate, signal },
    store,
  )
  if (distrusted === undefined) return { removed, unconfirmed, requests, note: null }
  return { removed, unconfirmed: candidates - removed - present, requests, note: distrustNote(kind, distrusted) }
}

export function tooManyNote(kind: CatalogKind, candidates: number, live: number, share: number): PassNote {
  const missing = `${formatNumber(candidates)} of ${formatNumber(live)} ${pluralOf[kind]}`
  const text =
    `${missing} were missing from a complete pass, more than ${Math.round(share * 100)} %, ` +
    'so none was removed. If they really are gone, raise HUBDEX_MAX_REMOVED_PERCENT for one run.'
  return { code: 'too-many-missing', text }
}

export function distrustNote(kind: CatalogKind, code: NonNullable<ProbedBatches['distrusted']>): PassNote {
  const text =
    code === 'no-clear-answer'
      ? `The Hub gave no clear answer about the missing ${pluralOf[kind]}, so none was removed. The next full pass checks again.`
      : `The Hub reported ${pluralOf[kind]} as gone, but also repos that are known to exist, so its answers were ignored. ` +
        'The next full pass checks again.'
  return { code, text }
}
