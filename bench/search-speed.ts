import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { type CatalogConnection, openConnection } from '../src/catalog/connection.ts'

import { migrate } from '../src/catalog/migrate.ts'
import { PostgresSearchEngine } from '../src/search/postgres/engine.ts'
import type { SearchDocument } from '../src/search/search-document.ts'
import type { SearchEngine } from '../src/search/search-engine.ts'
import { startLocalPostgres } from '../test/support/local-postgres.ts'
import { generatedDocuments } from './search-documents.ts'
import { queriesOf, searchQueries } from './search-queries.ts'

/**
 * How fast the search index fills and answers: `node bench/search-speed.ts [documents] [embedded|postgres]`. Without a
 * second argument both engines are measured, the real one from the machine's own binaries.
 */
const [documents = '100000', only] = process.argv.slice(2)
const BATCH = 2_000
const ROUNDS = 10

if (only !== 'postgres') await measureEmbedded()
if (only !== 'embedded') await measurePostgres()

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
  if (server === undefined) return console.log('postgres: none installed, not measured')
  try {
    await measure(await openConnection({ databaseUrl: server.url }))
  } finally {
    await server.stop()
  }
}

async function measure(connection: CatalogConnection): Promise<void> {
  try {
    await migrate(connection.db)
    const search = new PostgresSearchEngine(connection.db)
    await search.prepare()
    await fill(connection, search)
    console.log(`${connection.engine}: milliseconds to find, page and count five facets, ${ROUNDS} rounds`)
    const all: number[] = []
    for (const name of Object.keys(searchQueries)) {
      const times = await timesOf(search, name)
      all.push(...times)
      console.log(`  ${name.padEnd(16)} ${summary(times)}`)
    }
    console.log(`  ${'all'.padEnd(16)} ${summary(all)}`)
  } finally {
    await connection.close()
  }
}

/** Applies all documents in batches. Making them is not what is measured, so its time does not count. */
async function fill(connection: CatalogConnection, search: SearchEngine): Promise<void> {
  let spentMs = 0
  let batch: SearchDocument[] = []
  const apply = async () => {
    const startedAt = performance.now()
    await search.apply({ upserts: batch })
    spentMs += performance.now() - startedAt
    batch = []
  }
  for (const document of generatedDocuments(Number(documents), 1)) if (batch.push(document) === BATCH) await apply()
  await apply()
  const startedAt = performance.now()
  await search.optimize()
  const optimizeMs = Math.round(performance.now() - startedAt)
  const count = await search.count()
  const { rows } = await sql<{ megabytes: number }>`
    select (sum(pg_total_relation_size(oid)) / 1048576)::int as megabytes from pg_class
    where relnamespace = 'search'::regnamespace and relkind = 'r'`.execute(connection.db)
  const rate = Math.round(count / (spentMs / 1000))
  console.log(
    `${connection.engine}: ${count} documents at ${rate}/s in batches of ${BATCH}, ${rows[0]?.megabytes} MB, then optimized in ${optimizeMs} ms`,
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

function summary(times: readonly number[]): string {
  const sorted = [...times].sort((left, right) => left - right)
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1).padStart(6)
  return `p50 ${at(0.5)}  p95 ${at(0.95)}  max ${at(1)}`
}
