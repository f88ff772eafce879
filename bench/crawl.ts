import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CatalogTarget } from '../src/catalog/connection.ts'
import { renderTable } from '../src/output/table.ts'
import { startLocalPostgres } from '../test/support/servers/local-postgres.ts'
import { runStep, type StepResult, startHub } from './support/child.ts'
import { freshDatabase } from './support/fresh-database.ts'

/**
 * Crawls a sample Hub without quota in its own process, and searches: `npm run bench -- crawl [repos]`. The Postgres is that of
 * DATABASE_URL, otherwise one installed on the machine. docs/benchmarks.md has results.
 */
const repos = Number(process.argv[2] ?? 100_000)
const rows: Record<string, string | number>[] = []
let floor = 0

console.log(`${repos} repos, Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}\n`)
const hub = await startHub(repos)
try {
  // Warms the Hub, which sorts its repos for the first walk.
  await runStep('floor', { hubUrl: hub.url })
  floor = rate(await step('floor: fetch and parse', 'floor', { hubUrl: hub.url }))
  await measurePostgres()
  await measureEmbedded()
} finally {
  await hub.stop()
}
console.log(renderTable(rows))

async function measurePostgres(): Promise<void> {
  const databaseUrl = process.env['DATABASE_URL']
  const server = databaseUrl === undefined ? await startLocalPostgres({ isDurable: true }) : undefined
  const url = databaseUrl ?? server?.url
  if (url === undefined) return console.log('Postgres is not measured: no DATABASE_URL, and none on this machine.')
  try {
    await measureEngine('postgres', async () => ({ databaseUrl: await freshDatabase(url) }))
    await step("plain: the Hub's client, one insert per repo", 'plain', {
      hubUrl: hub.url,
      databaseUrl: await freshDatabase(url),
    })
  } finally {
    await server?.stop()
  }
}

async function measureEmbedded(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'hubdex-bench-'))
  try {
    let count = 0
    await measureEngine('embedded', async () => ({ dataDirectory: join(folder, String(count++)) }))
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function measureEngine(engine: string, freshTarget: () => Promise<CatalogTarget>): Promise<void> {
  const target = await freshTarget()
  await step(`${engine}: crawl`, 'crawl', { hubUrl: hub.url, target, withSearch: false })
  await step(`${engine}: unchanged second crawl`, 'crawl', { hubUrl: hub.url, target, withSearch: false })
  const searched = await freshTarget()
  await step(`${engine}: crawl and indexing`, 'crawl', {
    hubUrl: hub.url,
    target: searched,
    withSearch: true,
  })
  await step(`${engine}: searches with five facets`, 'search', { target: searched })
}

async function step(name: string, file: string, parameters: Record<string, unknown>): Promise<StepResult> {
  const result = await runStep(file, parameters)
  const perSecond = rate(result)
  rows.push({
    step: name,
    seconds: round(result.seconds),
    'repos/s': perSecond > 0 ? Math.round(perSecond) : '',
    'of the floor': floor > 0 && perSecond > 0 ? `${Math.round((100 * perSecond) / floor)} %` : '',
    'peak RSS MB': result.peakRssMb,
    p50: result.p50Ms === undefined ? '' : `${round(result.p50Ms)} ms`,
    p95: result.p95Ms === undefined ? '' : `${round(result.p95Ms)} ms`,
  })
  console.log(`${name}: ${round(result.seconds)} s${perSecond > 0 ? `, ${Math.round(perSecond)} repos/s` : ''}`)
  return result
}

function rate({ repos: count, seconds }: StepResult): number {
  return count === undefined ? 0 : count / seconds
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
