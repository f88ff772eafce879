import type { IndexSuspicions } from '../../catalog/outbox/index-attempts.ts'

/** Repos to index in one batch. */
export interface Portion {
  hubIds: string[]
  /** Whether one of them may crash the process. Such a portion is indexed alone, so that a death can be attributed to it. */
  isSuspect: boolean
}

/** Splits repos that are not in backoff into portions as large as earlier deaths allow. Suspects come last. */
export function portionsOf(hubIds: readonly string[], { batchSizes, inBackoff }: IndexSuspicions): Portion[] {
  const due = hubIds.filter((hubId) => !inBackoff.has(hubId))
  const bySize = Map.groupBy(due, (hubId) => batchSizes.get(hubId) ?? Number.POSITIVE_INFINITY)
  return [...bySize]
    .sort(([left], [right]) => right - left)
    .flatMap(([size, group]) => chunksOf(group, size).map((chunk) => ({ hubIds: chunk, isSuspect: Number.isFinite(size) })))
}

function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  const chunks: Item[][] = []
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size))
  return chunks
}
