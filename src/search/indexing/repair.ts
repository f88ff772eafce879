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
  /** Called after each batch with the number of repos compared so far. */
  onProgress(compared: number): void
}

export interface IndexRepair {
  compared: number
  /** Documents that were missing or differed from the catalog. */
  mended: number
  /** Documents without a live repo. */
  orphans: number
}

/** Enqueues every live repo whose document differs and every document without a live repo, then applies the outbox. */
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
