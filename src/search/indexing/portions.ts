import type { IndexSuspicions } from '../../catalog/outbox/index-attempts.ts'

/** Repos to index in one batch. */
export interface Portion {
  hubIds: string[]
  /** Whether one of them may end the process. Such a portion is indexed alone, so that a death is known to be its fault. */
  isSuspect: boolean
}

/**
 * Splits repos into portions as large as earlier deaths allow. Repos that rest are left out. The innocent come first, so that
 * they are indexed whatever becomes of the others.
 */
export function portionsOf(hubIds: readonly string[], { batchSizes, resting }: IndexSuspicions): Portion[] {
  const awake = hubIds.filter((hubId) => !resting.has(hubId))
  const bySize = Map.groupBy(awake, (hubId) => batchSizes.get(hubId) ?? Number.POSITIVE_INFINITY)
  return [...bySize]
    .sort(([left], [right]) => right - left)
    .flatMap(([size, group]) =>
      chunksOf(group, size).map((chunk) => ({ hubIds: chunk, isSuspect: Number.isFinite(size) })),
    )
}

function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  const chunks: Item[][] = []
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size))
  return chunks
}
