import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { type CatalogConnection, openConnection } from '../src/catalog/connection.ts'
import { migrate } from '../src/catalog/migrate.ts'
import { MeilisearchEngine } from '../src/search/meilisearch/engine.ts'
import { PostgresSearchEngine } from '../src/search/postgres/engine.ts'
import type { IndexedDocument } from '../src/search/search-document.ts'
import type { SearchEngine } from '../src/search/search-engine.ts'
import { suggest } from '../src/search/suggest/suggest.ts'
import { MEILI_MASTER_KEY, startLocalMeilisearch } from '../test/support/servers/local-meilisearch.ts'
import { startLocalPostgres } from '../test/support/servers/local-postgres.ts'
import { percentile } from './support/percentile.ts'
import { generatedDocuments } from './support/search-documents.ts'
import { queriesOf, searchQueries, suggestQueries } from './support/search-queries.ts'

/**
 * Measures filling an index, searching it and completing beginnings:
 * `npm run bench -- search [documents] [embedded|postgres|meilisearch|all] [readmes]`, by default all, without READMEs. Servers
 * are those installed on the machine, or the Meilisearch of MEILI_URL and MEILI_API_KEY.
 */
const [documents = '100000', engine = 'all', readmes] = process.argv.slice(2)
const only = engine === 'all' ? undefined : engine
/** With more documents than this, only the engine's own batch size is tried. */
const FEW = 100_000
const OTHER_BATCHES = { embedded: [], postgres: [], meilisearch: [1_000, 20_000] }
const ROUNDS = 10

if (only === undefined || only === 'embedded') await measureEmbedded()
if (only === undefined || only === 'postgres') await measurePostgres()
if (only === undefined || only === 'meilisearch') await measureMeilisearch()

async function measureEmbedded(): Promise<void> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'hubdex-bench-'))
  try {
    await measure(await openConnection({ dataDirectory }))
  } finally {
    await rm(dataDirectory, { recursive: true, force: true })
  }
}

async function measurePostgres(): Promise<void> {
  const server = await startLocalPostgres()
  if (server === undefined) return console.log('postgres: not measured, none installed')
  try {
    await measure(await openConnection({ databaseUrl: server.url }))
  } finally {
    await server.stop()
  }
}

async function measureMeilisearch(): Promise<void> {
  const given = process.env['MEILI_URL']
  // Only the memory differs from the defaults, see docs/search.md.
  const server = given === undefined ? await startLocalMeilisearch({ indexingMemory: '1GB' }) : undefined
  const url = given ?? server?.url
  if (url === undefined) return console.log('meilisearch: not measured, no MEILI_URL and none installed')
  const apiKey = process.env['MEILI_API_KEY'] ?? MEILI_MASTER_KEY
  try {
    const search = new MeilisearchEngine({ url, apiKey, index: 'hubdex_bench' })
    // The size of the whole server: it does not report one index alone.
    const size = async () => {
      const answer = await fetch(`${url}/stats`, { headers: { authorization: `Bearer ${apiKey}` } })
      return ((await answer.json()) as { usedDatabaseSize?: number }).usedDatabaseSize ?? 0
    }
    await measureEngine('meilisearch', search, size)
    await search.clear()
  } finally {
    await server?.stop()
  }
}

async function measure(connection: CatalogConnection): Promise<void> {
  try {
    await migrate(connection.db)
    await measureEngine(connection.engine, new PostgresSearchEngine(connection), async () => {
      const { rows } = await sql<{ bytes: string }>`
        select sum(pg_total_relation_size(oid)) as bytes from pg_class
        where relnamespace = 'search'::regnamespace and relkind = 'r'`.execute(connection.db)
      return Number(rows[0]?.bytes)
    })
  } finally {
    await connection.close()
  }
}

async function measureEngine(
  name: keyof typeof OTHER_BATCHES,
  search: SearchEngine,
  bytesOf: () => Promise<number>,
): Promise<void> {
  await search.prepare()
  const others = Number(documents) > FEW ? [] : OTHER_BATCHES[name]
  // The engine's own size comes last, so that its index is searched.
  for (const batch of [...others, search.batchSize]) await fill(name, search, batch, bytesOf)
  console.log(`${name}: milliseconds to find, page and count five facets, ${ROUNDS} rounds`)
  const all: number[] = []
  for (const kind of Object.keys(searchQueries)) {
    const times = await timesOf(search, kind)
    all.push(...times)
    console.log(`  ${kind.padEnd(16)} ${summary(times)}`)
  }
  console.log(`  ${'all'.padEnd(16)} ${summary(all)}`)
  console.log(`  ${'suggestions'.padEnd(16)} ${summary(await suggestTimesOf(search))}`)
}

/** Applies all documents in batches. The time to make them does not count. */
async function fill(name: string, search: SearchEngine, size: number, bytesOf: () => Promise<number>): Promise<void> {
  await search.clear()
  let spentMs = 0
  let batch: IndexedDocument[] = []
  const apply = async () => {
    const startedAt = performance.now()
    await search.apply({ upserts: batch })
    spentMs += performance.now() - startedAt
    batch = []
  }
  for (const document of generatedDocuments(Number(documents), 1, readmes !== undefined))
    if (batch.push(document) === size) await apply()
  await apply()
  const startedAt = performance.now()
  await search.optimize()
  const optimizeMs = Math.round(performance.now() - startedAt)
  const count = await search.count()
  const bytes = await bytesOf()
  const rate = Math.round(count / (spentMs / 1000))
  console.log(
    `${name}: ${count} documents at ${rate}/s in batches of ${size}, ${Math.round(bytes / 1_048_576)} MB ` +
      `(${Math.round(bytes / count)} bytes each), then optimized in ${optimizeMs} ms`,
  )
}

async function timesOf(search: SearchEngine, name: string): Promise<number[]> {
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    for (const query of queriesOf(name)) {
      const startedAt = performance.now()
      await search.search(query)
      times.push(performance.now() - startedAt)
    }
  }
  return times
}

/** The first round fills the caches and does not count. */
async function suggestTimesOf(search: SearchEngine): Promise<number[]> {
  const times: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    for (const query of suggestQueries) {
      const startedAt = performance.now()
      await suggest(search, query)
      if (round > 0) times.push(performance.now() - startedAt)
    }
  }
  return times
}

function summary(times: readonly number[]): string {
  const at = (share: number) => percentile(times, share).toFixed(1).padStart(6)
  return `p50 ${at(0.5)}  p95 ${at(0.95)}  max ${at(1)}`
}
