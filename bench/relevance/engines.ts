import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openConnection } from '../../src/catalog/connection.ts'
import { migrate } from '../../src/catalog/migrate.ts'
import { MeilisearchEngine } from '../../src/search/meilisearch/engine.ts'
import { PostgresSearchEngine } from '../../src/search/postgres/engine.ts'
import type { SearchDocument } from '../../src/search/search-document.ts'
import type { SearchEngine } from '../../src/search/search-engine.ts'
import { MEILI_MASTER_KEY } from '../../test/support/servers/local-meilisearch.ts'
import { startLocalPostgres } from '../../test/support/servers/local-postgres.ts'
import { plain, type Split } from './rivals/fields.ts'
import { plainMeilisearch } from './rivals/plain-meilisearch.ts'
import { fullTextOfPostgres } from './rivals/postgres-full-text.ts'
import { fullTextOfSqlite } from './rivals/sqlite-full-text.ts'
import type { Searcher } from './searcher.ts'

/**
 * Fills an engine, measures with it, and removes what it made. Returns false if the machine does not have it.
 * @param split how a rival is given texts; by default split into words as by hubdex, so that only matching and ranking differ
 */
type WithEngine = (
  documents: readonly SearchDocument[],
  measure: (searcher: Searcher) => Promise<void>,
  split?: Split,
) => Promise<boolean>

export const ENGINES: Readonly<Record<string, WithEngine>> = {
  postgres: async (documents, measure) => {
    const server = await startLocalPostgres()
    if (server === undefined) return false
    try {
      await measureCatalog({ databaseUrl: server.url }, documents, measure)
    } finally {
      await server.stop()
    }
    return true
  },
  embedded: async (documents, measure) => {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'hubdex-bench-'))
    try {
      await measureCatalog({ dataDirectory }, documents, measure)
    } finally {
      await rm(dataDirectory, { recursive: true, force: true })
    }
    return true
  },
  meilisearch: async (documents, measure) => {
    const url = process.env['MEILI_URL']
    if (url === undefined) return false
    const apiKey = process.env['MEILI_API_KEY'] ?? MEILI_MASTER_KEY
    const engine = new MeilisearchEngine({ url, apiKey, index: 'hubdex_relevance' })
    await fill(engine, documents)
    await measure(searcherOf(engine))
    await engine.clear()
    return true
  },
  'Meilisearch with its own words': async (documents, measure) => {
    const url = process.env['MEILI_URL']
    if (url === undefined) return false
    const apiKey = process.env['MEILI_API_KEY'] ?? MEILI_MASTER_KEY
    const { searcher, close } = await plainMeilisearch({ url, apiKey }, documents)
    await measure(searcher)
    await close()
    return true
  },
  'tsvector and ts_rank': async (documents, measure, split = plain) => {
    const server = await startLocalPostgres()
    if (server === undefined) return false
    try {
      const { searcher, close } = await fullTextOfPostgres(server.url, documents, split)
      await measure(searcher)
      await close()
    } finally {
      await server.stop()
    }
    return true
  },
  'SQLite FTS5 and bm25': async (documents, measure, split = plain) => {
    const { searcher, close } = fullTextOfSqlite(documents, split)
    await measure(searcher)
    close()
    return true
  },
}

async function measureCatalog(
  target: Parameters<typeof openConnection>[0],
  documents: readonly SearchDocument[],
  measure: (searcher: Searcher) => Promise<void>,
): Promise<void> {
  const connection = await openConnection(target)
  try {
    await migrate(connection.db)
    const engine = new PostgresSearchEngine(connection)
    await fill(engine, documents)
    await measure(searcherOf(engine))
  } finally {
    await connection.close()
  }
}

async function fill(engine: SearchEngine, documents: readonly SearchDocument[]): Promise<void> {
  await engine.prepare()
  await engine.clear()
  for (let start = 0; start < documents.length; start += engine.batchSize) {
    await engine.apply({ upserts: documents.slice(start, start + engine.batchSize) })
  }
  await engine.optimize()
}

function searcherOf(engine: SearchEngine): Searcher {
  return {
    find: async (words, kind, limit) => {
      const { hits } = await engine.search({ words, filters: { kind: [kind] }, limit })
      return hits.map(({ hubId }) => hubId)
    },
  }
}
