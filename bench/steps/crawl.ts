import '../../src/service/lean-heap.ts'
import { createCollectionStore } from '../../src/catalog/collections/collection-store.ts'
import { type CatalogTarget, openConnection } from '../../src/catalog/connection.ts'
import { migrate } from '../../src/catalog/migrate.ts'
import { createPassStore } from '../../src/catalog/passes/pass-store.ts'
import { createRemovalStore } from '../../src/catalog/passes/removal-store.ts'
import { createLeaseOwner } from '../../src/catalog/processes/lease-owner.ts'
import { crawl } from '../../src/crawl/crawl.ts'
import { Turns } from '../../src/crawl/turns.ts'
import { createHubClient } from '../../src/hub/client.ts'
import { REPO_KINDS } from '../../src/hub/kinds.ts'
import { SearchSync } from '../../src/search/indexing/sync.ts'
import { PostgresSearchEngine } from '../../src/search/postgres/engine.ts'
import { reportStep, stepParameters } from '../support/child.ts'

// A crawl as by the command, without progress output; with or without search.
const { hubUrl, target, withSearch } = stepParameters<{ hubUrl: string; target: CatalogTarget; withSearch: boolean }>()
const connection = await openConnection(target)
await migrate(connection.db)
const hub = createHubClient({ endpoint: hubUrl })
const owner = createLeaseOwner()
const sync = new SearchSync(connection.db, new PostgresSearchEngine(connection), { owner })
const startedMs = performance.now()
const passes = await crawl(
  {
    kinds: REPO_KINDS,
    scope: 'full',
    hub,
    pageSize: 1000,
    includePrivate: false,
    overlapMs: 600_000,
    maxRemovedShare: 0.1,
  },
  {
    store: createPassStore(connection, owner),
    removals: createRemovalStore(connection),
    collections: createCollectionStore(connection),
    turns: new Turns(),
    endpoint: hubUrl,
    signal: new AbortController().signal,
    emit: (event) => {
      if (withSearch && event.type === 'page') sync.wake()
    },
  },
)
if (withSearch) await sync.finish()
const failed = passes.find((pass) => pass.state !== 'complete')
if (failed !== undefined) throw new Error(`The pass over ${failed.kind}s ended as ${failed.state}: ${failed.note}`)
const sum = (count: 'repos' | 'inserted' | 'updated') => passes.reduce((total, pass) => total + pass[count], 0)
reportStep(startedMs, { repos: sum('repos'), inserted: sum('inserted'), updated: sum('updated') })
await hub.close()
await connection.close()
