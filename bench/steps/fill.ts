import '../../src/service/lean-heap.ts'
import { type CatalogTarget, openConnection } from '../../src/catalog/connection.ts'
import { createLeaseOwner } from '../../src/catalog/processes/lease-owner.ts'
import { rebuildIndex } from '../../src/search/indexing/rebuild.ts'
import { SearchSync } from '../../src/search/indexing/sync.ts'
import { PostgresSearchEngine } from '../../src/search/postgres/engine.ts'
import { reportStep, stepParameters } from '../support/child.ts'

// Fills the search index of a crawled catalog: by the outbox, or by a rebuild.
const { target, isRebuild } = stepParameters<{ target: CatalogTarget; isRebuild: boolean }>()
const connection = await openConnection(target)
const { db } = connection
const engine = new PostgresSearchEngine(connection)
const startedMs = performance.now()
if (isRebuild) {
  await rebuildIndex(db, engine, {
    owner: createLeaseOwner(),
    batchSize: 5_000,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    onWaiting: () => undefined,
  })
} else await new SearchSync(db, engine).finish()
reportStep(startedMs, { repos: await engine.count() })
await connection.close()
