import { type CatalogTarget, openConnection } from '../../src/catalog/connection.ts'
import { PostgresSearchEngine } from '../../src/search/postgres/engine.ts'
import type { SearchQuery } from '../../src/search/search-engine.ts'
import { reportStep, stepParameters } from '../support/child.ts'
import { percentile } from '../support/percentile.ts'

const ROUNDS = 7

// The first search of a process, then a deep page and a facet of very many values: the median of some rounds.
const { target, offset } = stepParameters<{ target: CatalogTarget; offset: number }>()
const connection = await openConnection(target)
const search = new PostgresSearchEngine(connection)
const startedMs = performance.now()
const firstMs = await timed({ words: 'llama', facets: ['task', 'library', 'license', 'author', 'tag'] })
const deepMs = await median({ offset })
const deepWordsMs = await median({ words: 'model', offset: offset >> 1 })
const authorsMs = await median({ facets: ['author'], limit: 0 })
reportStep(startedMs, { firstMs, deepMs, deepWordsMs, authorsMs })
await connection.close()

async function timed(query: SearchQuery): Promise<number> {
  const queryStartedMs = performance.now()
  await search.search(query)
  return performance.now() - queryStartedMs
}

async function median(query: SearchQuery): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round++) times.push(await timed(query))
  return percentile(times, 0.5)
}
