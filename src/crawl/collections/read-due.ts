import type { CollectionStore } from '../../catalog/collections/collection-store.ts'
import { isCollection } from '../../catalog/collections/write-items.ts'
import type { RemovalStore } from '../../catalog/passes/removal-store.ts'
import type { RepoRecord } from '../../catalog/repos/record.ts'
import type { HubClient } from '../../hub/client.ts'
import { type ProbedBatches, probeInBatches } from '../removal/probe-batches.ts'

export interface ReadOptions {
  includePrivate: boolean
  /** The others stay due. */
  maxReads: number
  /** @default all owners */
  owner?: string | undefined
  signal: AbortSignal
}

/**
 * Reads collections of which lists show only the first items, the most upvoted first, for one request each. Those that are
 * gone are removed; a failure is recorded and retried later.
 *
 * @throws RequestLimitReached, or the signal's reason when it aborts; what was read is stored
 */
export async function readDueCollections(
  hub: HubClient,
  collections: CollectionStore,
  removals: RemovalStore,
  { includePrivate, maxReads, owner, signal }: ReadOptions,
): Promise<ProbedBatches> {
  const begunAt = await collections.now()
  let left = maxReads
  const source = {
    kind: 'collection',
    next: async (limit: number) => {
      if (left <= 0) return []
      const due = await collections.due(Math.min(limit, left), begunAt, owner)
      left -= due.length
      return due.map((collection) => ({ ...collection, kind: 'collection' as const }))
    },
    begin: collections.beginReads,
    end: collections.endReads,
    writePresent: async (found: readonly RepoRecord[]) => {
      for (const collection of found.filter(isCollection)) await collections.writeCollection(collection)
    },
    writeUnclear: collections.failReads,
  } as const
  return await probeInBatches(source, { hub, includePrivate, signal }, removals)
}
