import { readCollection } from '../../catalog/collections/collection-record.ts'
import type { CollectionStore } from '../../catalog/collections/collection-store.ts'
import type { PassCounts, SweepCounts } from '../../catalog/passes/pass.ts'
import type { RemovalStore } from '../../catalog/passes/removal-store.ts'
import type { RemovalCandidate } from '../../catalog/passes/removals.ts'
import type { PassOutcome } from '../events.ts'
import { endOf, type PassContext } from '../passes/run-pass.ts'
import { probeInBatches } from '../removal/probe-batches.ts'
import { areTooMany, distrustNote, type SweepOptions, tooManyNote } from '../removal/sweep.ts'
import { readDueCollections } from './read-due.ts'

export interface OwnerOptions extends SweepOptions {
  /** User or organization, in any letter case. */
  owner: string
  /** How many collections with more items than lists show may be read, for one request each. */
  collectionReads: number
}

type OwnerContext = Pick<PassContext, 'collections' | 'removals' | 'signal'>

/**
 * Crawls the collections of one owner: those that the Hub lists, their items beyond the listed ones, and proof of those that
 * are gone. These are a few requests, so there is no cursor: a run that was interrupted starts again.
 */
export async function crawlOwner(options: OwnerOptions, context: OwnerContext): Promise<PassOutcome> {
  const counts: PassCounts = {
    ...{ pages: 0, repos: 0, inserted: 0, updated: 0, unchanged: 0, rejected: 0 },
    ...{ removed: 0, requests: 0, unconfirmed: 0 },
  }
  const outcome: Pick<PassOutcome, 'kind' | 'scope' | 'gaps'> = { kind: 'collection', scope: 'owner', gaps: [] }
  try {
    const known = await context.collections.liveOf(options.owner)
    const seen = await walkOwner(options, context, counts)
    const missing = known.filter(({ hubId }) => !seen.has(hubId))
    const { note, ...swept } = await sweepOwner(missing, known.length, options, context)
    counts.removed += swept.removed
    counts.unconfirmed += swept.unconfirmed
    counts.requests += swept.requests
    const { hub, includePrivate, owner, collectionReads: maxReads } = options
    const { collections, removals, signal } = context
    const read = await readDueCollections(hub, collections, removals, { includePrivate, maxReads, owner, signal })
    counts.removed += read.removed
    counts.requests += read.requests
    return { ...outcome, ...counts, state: 'complete', note }
  } catch (error) {
    return { ...outcome, ...counts, ...endOf(error, context.signal) }
  }
}

/** Writes the list, and returns the hub ids on it. */
async function walkOwner(
  { hub, owner, includePrivate }: OwnerOptions,
  { collections, signal }: { collections: CollectionStore; signal: AbortSignal },
  counts: PassCounts,
): Promise<Set<string>> {
  const seen = new Set<string>()
  for await (const page of hub.collections.pages({ owners: [owner], sort: 'lastModified', signal })) {
    const read = page.items.map((item) => readCollection(item, 'list'))
    const records = read.filter((record) => 'hub_id' in record).filter((record) => !record.private || includePrivate)
    const { inserted, updated } = await collections.writeListed(records)
    for (const record of records) seen.add(record.hub_id)
    counts.pages++
    counts.repos = seen.size
    counts.inserted += inserted
    counts.updated += updated
    counts.unchanged += records.length - inserted - updated
    counts.rejected += read.filter((record) => 'reason' in record).length
    counts.requests += page.requests
    signal.throwIfAborted()
  }
  return seen
}

/** Probes the collections that the list no longer has. */
async function sweepOwner(
  missing: readonly RemovalCandidate[],
  live: number,
  { hub, includePrivate, maxRemovedShare }: OwnerOptions,
  { removals, signal }: { removals: RemovalStore; signal: AbortSignal },
): Promise<SweepCounts> {
  if (areTooMany(missing.length, live, maxRemovedShare)) {
    const note = tooManyNote('collection', missing.length, live, maxRemovedShare)
    return { removed: 0, unconfirmed: missing.length, requests: 0, note }
  }
  const left = [...missing]
  const source = {
    kind: 'collection',
    next: async (limit: number) => left.splice(0, limit),
    begin: async () => undefined,
    end: async () => undefined,
    writePresent: removals.writePresent,
    writeUnclear: async () => undefined,
  } as const
  const probed = await probeInBatches(source, { hub, includePrivate, signal }, removals)
  const { removed, requests, present, distrusted } = probed
  const note = distrusted === undefined ? null : distrustNote('collection', distrusted)
  return { removed, unconfirmed: missing.length - removed - present, requests, note }
}
