import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { MEILI_MASTER_KEY, startLocalMeilisearch } from '../../test/support/servers/local-meilisearch.ts'
import type { FillAndSearchParameters } from '../steps/fill-and-search.ts'
import { runStep, type StepResult } from '../support/child.ts'
import { freshDatabase } from '../support/fresh-database.ts'
import { runPython } from './run-python.ts'
import { writeDocuments } from './write-documents.ts'

const ROUNDS = 10

/** Fills each engine with the same documents, and searches it with the same queries. @returns rows of a table */
export async function measureSearches(documents: number, postgresUrl: string | undefined, folder: string): Promise<object[]> {
  const files = await writeDocuments(folder, documents)
  const rows: object[] = []
  let tantivy: StepResult | undefined
  const ours = async (more: Partial<FillAndSearchParameters>) =>
    await runStep('fill-and-search', { files, rounds: ROUNDS, ...more })
  const show = (engine: string, result: StepResult | undefined) => {
    if (result === undefined) return console.log(`${engine}: not measured, see above`)
    const { documents: count = 0, fillSeconds = 0, bytes = 0, p50Ms = 0, p95Ms = 0, maxMs = 0 } = result
    const rate = count / fillSeconds
    const ratio = (own: number, theirs: number | undefined) => (theirs === undefined ? '' : (own / theirs).toFixed(2))
    const fillOfTantivy = tantivy && (tantivy['documents'] ?? 0) / (tantivy['fillSeconds'] ?? 1)
    rows.push({
      ...{ engine, documents: count, 'indexed/s': Math.round(rate), "of Tantivy's": ratio(rate, fillOfTantivy) },
      ...{ 'p50 ms': p50Ms.toFixed(1), 'p95 ms': p95Ms.toFixed(1), 'max ms': maxMs.toFixed(0) },
      "p95 to Tantivy's": ratio(p95Ms, tantivy?.['p95Ms']),
      ...{ 'on disk MB': Math.round(bytes / 1_048_576), 'peak RSS MB': result.peakRssMb },
    })
    console.log(`${engine}: ${Math.round(rate)}/s, p50 ${p50Ms.toFixed(1)} ms, p95 ${p95Ms.toFixed(1)} ms`)
  }
  const index = join(folder, 'tantivy')
  await mkdir(index)
  tantivy = await runPython('tantivy_search', { documents: files.plain, queries: files.queries, folder: index, rounds: ROUNDS })
  show('Tantivy, two threads', tantivy)
  if (postgresUrl !== undefined) {
    show('hubdex, Postgres', await ours({ target: { databaseUrl: await freshDatabase(postgresUrl) } }))
  }
  show('hubdex, embedded', await ours({ target: { dataDirectory: join(folder, 'embedded') } }))
  show('Meilisearch, as hubdex uses it', await inMeilisearch(ours))
  show('SQLite FTS5, no typing errors', await ours({ sqlite: join(folder, 'fts5.sqlite') }))
  return rows
}

async function inMeilisearch(
  ours: (more: Partial<FillAndSearchParameters>) => Promise<StepResult>,
): Promise<StepResult | undefined> {
  const given = process.env['MEILI_URL']
  const server = given === undefined ? await startLocalMeilisearch({ indexingMemory: '1GB' }) : undefined
  const url = given ?? server?.url
  if (url === undefined) {
    console.log('No MEILI_URL, no MEILISEARCH_BINARY, and no meilisearch on the PATH.')
    return undefined
  }
  try {
    return await ours({ meilisearch: { url, apiKey: process.env['MEILI_API_KEY'] ?? MEILI_MASTER_KEY } })
  } finally {
    await server?.stop()
  }
}
