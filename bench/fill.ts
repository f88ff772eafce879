import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CatalogTarget } from '../src/catalog/connection.ts'
import { renderTable } from '../src/output/table.ts'
import { startLocalPostgres } from '../test/support/servers/local-postgres.ts'
import { runStep, startHub } from './support/child.ts'
import { postgresPid, processorSeconds } from './support/processor-time.ts'

/**
 * Fills the search index of a crawled catalog, batch by batch and by a rebuild: `npm run bench -- fill [repos]
 * [postgres|embedded|all] [rebuild]`. With `rebuild`, the slower way is left out. Processor times are those of the process that
 * fills, which includes the embedded engine, and of the Postgres server.
 */
const [repos = '100000', engine = 'all', only] = process.argv.slice(2)
const rows: Record<string, string | number>[] = []

const hub = await startHub(Number(repos))
try {
  if (engine !== 'embedded') await measurePostgres()
  if (engine !== 'postgres') await measureEmbedded()
} finally {
  await hub.stop()
}
console.log(renderTable(rows))

async function measurePostgres(): Promise<void> {
  const server = await startLocalPostgres({ isDurable: true })
  if (server === undefined) return console.log('postgres: not measured, none installed')
  try {
    await measure('postgres', { databaseUrl: server.url }, await postgresPid(server.url))
  } finally {
    await server.stop()
  }
}

async function measureEmbedded(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'hubdex-bench-'))
  try {
    await measure('embedded', { dataDirectory: folder })
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function measure(name: string, target: CatalogTarget, serverPid?: number): Promise<void> {
  const step = async (what: string, file: string, parameters: Record<string, unknown>) => {
    const serverBefore = serverPid === undefined ? 0 : await processorSeconds(serverPid)
    const { repos: count = 0, seconds, cpuSeconds, peakRssMb } = await runStep(file, { target, ...parameters })
    const serverSeconds = serverPid === undefined ? 0 : (await processorSeconds(serverPid)) - serverBefore
    const perRepo = (cpu: number) => `${Math.round((cpu * 1e6) / count)} µs`
    rows.push({
      ...{ engine: name, step: what, seconds: Math.round(seconds * 10) / 10, 'repos/s': Math.round(count / seconds) },
      ...{ 'process per repo': perRepo(cpuSeconds), 'server per repo': perRepo(serverSeconds), 'peak RSS MB': peakRssMb },
    })
    console.log(`${name}: ${what}, ${Math.round(count / seconds)} repos/s`)
  }
  await step('crawl without index', 'crawl', { hubUrl: hub.url, withSearch: false })
  if (only !== 'rebuild') await step('index batch by batch', 'fill', { isRebuild: false })
  await step('rebuild', 'fill', { isRebuild: true })
}
