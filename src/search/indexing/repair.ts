import type { Kysely } from 'kysely'
import { enqueueForSearch, liveHubIds } from '../../catalog/outbox/outbox.ts'
import type { Database } from '../../catalog/schema.ts'
import type { SearchEngine } from '../search-engine.ts'
import { requireActiveIndex } from './active-index.ts'
import { differencesAmong } from './differences.ts'
import { orphansOf } from './orphans.ts'
import { SearchSync } from './sync.ts'

export interface RepairOptions {
  batchSize: number
  signal: AbortSignal
  /** Told after each batch how many repos were compared. */
  onProgress(compared: number): void
}

export interface IndexRepair {
  compared: number
  /** Documents that were missing or not what the catalog has. */
  mended: number
  /** Documents without a live repo. */
  orphans: number
}

/**
 * Compares every live repo with its document and announces those that differ, then every document without a repo, and
 * applies all that to the index.
 */
export async function repairIndex(
  db: Kysely<Database>,
  engine: SearchEngine,
  { batchSize, signal, onProgress }: RepairOptions,
): Promise<IndexRepair> {
  await requireActiveIndex(db, engine)
  const sync = new SearchSync(db, engine, { batchSize })
  await sync.finish()
  const repair: IndexRepair = { compared: 0, mended: 0, orphans: 0 }
  for (let after: string | undefined = ''; after !== undefined; ) {
    signal.throwIfAborted()
    const hubIds: string[] = await liveHubIds(db, after, batchSize)
    const differing = await differencesAmong(db, engine, hubIds)
    await enqueueForSearch(
      db,
      differing.map(({ hubId }) => hubId),
    )
    after = hubIds.length < batchSize ? undefined : hubIds.at(-1)
    repair.compared += hubIds.length
    repair.mended += differing.length
    onProgress(repair.compared)
  }
  for await (const orphans of orphansOf(db, engine)) {
    signal.throwIfAborted()
    await enqueueForSearch(db, orphans)
    repair.orphans += orphans.length
  }
  await sync.finish()
  return repair
}
