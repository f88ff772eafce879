import { type CatalogTarget, openConnection } from '../../src/catalog/connection.ts'
import { PostgresSearchEngine } from '../../src/search/postgres/engine.ts'
import { reportStep, stepParameters } from '../support/child.ts'
import { percentile } from '../support/percentile.ts'
import { queriesOf, searchQueries } from '../support/search-queries.ts'

const ROUNDS = 10

// Searches with five facets in the catalog of a crawl.
const { target } = stepParameters<{ target: CatalogTarget }>()
const connection = await openConnection(target)
const search = new PostgresSearchEngine(connection)
const startedMs = performance.now()
const timesMs: number[] = []
for (let round = 0; round < ROUNDS; round++) {
  for (const query of Object.keys(searchQueries).flatMap(queriesOf)) {
    const queryStartedMs = performance.now()
    await search.search(query)
    timesMs.push(performance.now() - queryStartedMs)
  }
}
const at = (share: number) => percentile(timesMs, share)
reportStep(startedMs, { p50Ms: at(0.5), p95Ms: at(0.95), maxMs: at(1) })
await connection.close()
