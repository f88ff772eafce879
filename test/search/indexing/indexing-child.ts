/**
 * A separate process that indexes a catalog and is killed by one document.
 *
 * node indexing-child.ts TARGET DEADLY_HUB_ID BATCH_SIZE drain|rebuild   TARGET: the catalog, as JSON
 */
import { openConnection } from '../../../src/catalog/connection.ts'
import { createLeaseOwner } from '../../../src/catalog/processes/lease-owner.ts'
import { rebuildIndex } from '../../../src/search/indexing/rebuild.ts'
import { SearchSync } from '../../../src/search/indexing/sync.ts'
import { PostgresSearchEngine } from '../../../src/search/postgres/engine.ts'
import type { RefusedDocument, SearchBatch } from '../../../src/search/search-engine.ts'
import { delegatingEngine } from '../delegating-engine.ts'

const [target = '', deadly, size, mode] = process.argv.slice(2)
const batchSize = Number(size)
const connection = await openConnection(JSON.parse(target))
const { db } = connection
const harmless = new PostgresSearchEngine(connection)
const dieOr = (write: (batch: SearchBatch) => Promise<RefusedDocument[]>) => async (batch: SearchBatch) => {
  if (batch.upserts?.some(({ hubId }) => hubId === deadly)) process.kill(process.pid, 'SIGKILL')
  return await write(batch)
}
const apply = dieOr((batch) => harmless.apply(batch))
const build = async () => {
  const harmlessBuild = await harmless.build()
  return { ...harmlessBuild, append: dieOr(harmlessBuild.append), apply: dieOr(harmlessBuild.apply) }
}
const engine = delegatingEngine(harmless, { apply, build })
if (mode === 'drain') await new SearchSync(db, engine, { batchSize }).finish()
else {
  const { signal } = new AbortController()
  await rebuildIndex(db, engine, {
    owner: createLeaseOwner(),
    batchSize,
    signal,
    onProgress: () => undefined,
    onWaiting: () => undefined,
  })
}
await connection.close()
