import '../../src/service/lean-heap.ts'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { sql } from 'kysely'
import { type CatalogTarget, openConnection } from '../../src/catalog/connection.ts'
import { migrate } from '../../src/catalog/migrate.ts'
import { MeilisearchEngine } from '../../src/search/meilisearch/engine.ts'
import { PostgresSearchEngine } from '../../src/search/postgres/engine.ts'
import type { IndexedDocument } from '../../src/search/search-document.ts'
import type { SearchEngine, SearchQuery } from '../../src/search/search-engine.ts'
import { SqliteSearch } from '../anchors/sqlite-search.ts'
import type { DocumentFiles } from '../anchors/write-documents.ts'
import { reportStep, stepParameters } from '../support/child.ts'
import { percentile } from '../support/percentile.ts'

/** The engine to fill: a catalog's, Meilisearch as hubdex uses it, or SQLite in a file. */
export interface FillAndSearchParameters {
  files: DocumentFiles
  rounds: number
  target?: CatalogTarget
  meilisearch?: { url: string; apiKey: string }
  sqlite?: string
}

interface Filled {
  fillMs: number
  documents: number
  bytes: number
  search(query: SearchQuery): unknown
  close(): Promise<void> | void
}

const BATCH = 5_000
const BATCH_OF_MEILISEARCH = 20_000

// Fills an index with documents from a file, then runs all queries in several rounds. The time to parse documents does not
// count.
const { files, rounds, target, meilisearch, sqlite } = stepParameters<FillAndSearchParameters>()
const startedMs = performance.now()
const engine = await filled()
const queries = JSON.parse(await readFile(files.queries, 'utf8')) as SearchQuery[]
const timesMs: number[] = []
for (let round = 0; round < rounds; round++) {
  for (const query of queries) {
    const queryStartedMs = performance.now()
    await engine.search(query)
    timesMs.push(performance.now() - queryStartedMs)
  }
}
const { documents, fillMs, bytes } = engine
const [p50Ms, p95Ms, maxMs] = [0.5, 0.95, 1].map((share) => percentile(timesMs, share)) as [number, number, number]
reportStep(startedMs, { documents, fillSeconds: fillMs / 1000, bytes, p50Ms, p95Ms, maxMs })
await engine.close()

async function filled(): Promise<Filled> {
  if (sqlite !== undefined) return await fillSqlite(sqlite)
  if (meilisearch !== undefined) return await fillMeilisearch(meilisearch)
  if (target !== undefined) return await fillCatalog(target)
  throw new Error('No engine is given.')
}

async function fillCatalog(catalog: CatalogTarget): Promise<Filled> {
  const connection = await openConnection(catalog)
  await migrate(connection.db)
  const search = new PostgresSearchEngine(connection)
  await search.prepare()
  const fillMs = await build(search, BATCH)
  const { rows } = await sql<{ bytes: string }>`
    select sum(pg_total_relation_size(oid)) as bytes from pg_class
    where relnamespace = 'search'::regnamespace and relkind = 'r'`.execute(connection.db)
  return {
    ...{ fillMs, documents: await search.count(), bytes: Number(rows[0]?.bytes) },
    search: (query) => search.search(query),
    close: () => connection.close(),
  }
}

async function fillMeilisearch({ url, apiKey }: { url: string; apiKey: string }): Promise<Filled> {
  const search = new MeilisearchEngine({ url, apiKey, index: 'hubdex_anchors' })
  await search.prepare()
  const fillMs = await build(search, BATCH_OF_MEILISEARCH)
  const stats = await fetch(`${url}/stats`, { headers: { authorization: `Bearer ${apiKey}` } })
  const { usedDatabaseSize: bytes } = (await stats.json()) as { usedDatabaseSize: number }
  return {
    ...{ fillMs, documents: await search.count(), bytes },
    search: (query) => search.search(query),
    close: () => search.clear(),
  }
}

/** As a rebuild does, up to the swap. */
async function build(search: SearchEngine, batchSize: number): Promise<number> {
  let fillMs = 0
  const timed = async (work: () => Promise<unknown>) => {
    const workStartedMs = performance.now()
    await work()
    fillMs += performance.now() - workStartedMs
  }
  const shadow = await search.build()
  for await (const lines of batchesOf(files.ours, batchSize)) {
    const upserts = lines.map((line) => JSON.parse(line) as IndexedDocument)
    await timed(() => shadow.append({ upserts }))
  }
  await timed(async () => {
    await shadow.endAppending()
    await shadow.activate()
    await shadow.cleanUp()
  })
  return fillMs
}

async function fillSqlite(path: string): Promise<Filled> {
  const search = new SqliteSearch(path)
  let fillMs = 0
  let count = 0
  for await (const lines of batchesOf(files.plain, BATCH)) {
    fillMs += search.fill(lines, count + 1)
    count += lines.length
  }
  const finishedMs = performance.now()
  search.finish()
  fillMs += performance.now() - finishedMs
  return {
    ...{ fillMs, documents: count, bytes: search.bytes },
    search: (query) => search.search(query),
    close: () => search.close(),
  }
}

async function* batchesOf(path: string, size: number): AsyncGenerator<string[]> {
  let batch: string[] = []
  for await (const line of createInterface({ input: createReadStream(path) })) {
    if (batch.push(line) < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
