import type { RemovalStore } from '../../catalog/passes/removal-store.ts'
import type { RefreshQueue } from '../../catalog/processes/refresh-queue.ts'
import { DEATHS_AT_ONCE, PROCESS_DIED } from '../../catalog/stages/failure-cause.ts'
import type { Turns } from '../turns.ts'
import { type RefreshOutcome, refreshRepo } from './refresh.ts'
import type { RefreshRun } from './refresh-worker.ts'

export interface EntryParts {
  queue: Pick<RefreshQueue, 'begin' | 'end'>
  store: RemovalStore
  includePrivate: boolean
  /** Shared by all work of this process. */
  turns: Turns
  /** There is something new for the search index. */
  onWritten(): void
}

/**
 * Refreshes a leased entry. The start is recorded first, so that a process that dies of the entry is counted. An entry that
 * has ended several processes is not tried.
 *
 * @throws QuotaExhausted when it would have to wait for a new window before its first request
 */
export async function refreshEntry(
  { entry, hub, signal, draining }: RefreshRun,
  { queue, store, includePrivate, turns, onWritten }: EntryParts,
): Promise<RefreshOutcome> {
  if (entry.deaths > DEATHS_AT_ONCE) return { outcome: 'unknown', failure: PROCESS_DIED }
  const first = hub.withPriority('refresh', { waitLimit: { longestMs: 0, signal: draining } })
  const result = await turns.take(entry.deaths > 0, async () => {
    signal.throwIfAborted()
    draining.throwIfAborted()
    await queue.begin(entry)
    try {
      return await refreshRepo(entry, { hub: first, store, includePrivate, signal })
    } finally {
      await queue.end(entry)
    }
  })
  if (result.outcome !== 'unknown') onWritten()
  return result
}
