import autocannon from 'autocannon'
import pg from 'pg'
import { renderTable } from '../src/output/table.ts'
import { firstLine, type RunningCommand, startHubdex } from '../test/support/processes/hubdex-process.ts'
import { searchPath } from '../test/support/processes/search-clients.ts'
import { startLocalPostgres } from '../test/support/servers/local-postgres.ts'
import { startLocalReplica } from '../test/support/servers/local-replica.ts'
import { startHub } from './support/child.ts'
import { postgresPid, processorSeconds } from './support/processor-time.ts'
import { queriesOf, searchQueries } from './support/search-queries.ts'

/**
 * Searches with five facets over 1, 2 and 4 processes of `hubdex serve` with one Postgres, then over 2 of which one reads
 * from a replica: `npm run bench -- servers [repos] [seconds]`, by default 100,000 repos and 30 seconds. Where all of them
 * share the processors of one machine, the processor time per search says what more machines bring.
 */
const [repos = 100_000, seconds = 30] = process.argv.slice(2).map(Number)
const CLIENTS = 16
const PATHS = Object.keys(searchQueries).flatMap(queriesOf).map(searchPath)

const postgres = await startLocalPostgres({ isDurable: true })
if (postgres === undefined) throw new Error('This needs a Postgres on the machine.')
const hub = await startHub(repos)
const environment = { DATABASE_URL: postgres.url, HF_ENDPOINT: hub.url, HUBDEX_PORT: '0' }
const crawl = await startHubdex(['crawl', '--stages', 'none'], environment).result
if (crawl.code !== 0) throw new Error(crawl.stderr)
await hub.stop()
const serverPid = await preparedServer(postgres.url)
const rows: object[] = []
for (const servers of [1, 2, 4])
  await measure(
    `${servers} on one Postgres`,
    Array.from({ length: servers }, () => ({})),
  )
const replica = await startLocalReplica(postgres.url)
if (replica !== undefined) {
  await measure('2, one of them on a replica', [{}, { DATABASE_READ_URL: replica.url }], await postgresPid(replica.url))
  await replica.stop()
}
await postgres.stop()
console.log(renderTable(rows))

/** @param settings of each server */
async function measure(name: string, settings: readonly Record<string, string>[], replicaPid?: number): Promise<void> {
  const servers = settings.map((own) => startHubdex(['serve', '--json'], { ...environment, ...own }))
  try {
    const urls = await Promise.all(servers.map(async (server) => String(JSON.parse(await firstLine(server)).url)))
    // Fills the caches of each server.
    await load(urls, { amount: 2 * PATHS.length })
    const before = await processorTimes(servers, replicaPid)
    const results = await load(urls, { duration: seconds })
    const after = await processorTimes(servers, replicaPid)
    const searches = sum(results.map(({ requests }) => requests.total))
    const each = (part: keyof typeof before) => (((after[part] - before[part]) * 1000) / searches).toFixed(1)
    rows.push({
      ...{ servers: name, searches, 'searches/s': Math.round(searches / seconds) },
      'p50 ms': Math.max(...results.map(({ latency }) => latency.p50)),
      'p97.5 ms': Math.max(...results.map(({ latency }) => latency.p97_5)),
      errors: sum(results.map(({ errors, timeouts, non2xx }) => errors + timeouts + non2xx)),
      ...{ 'CPU ms per search: servers': each('servers'), Postgres: each('postgres'), replica: each('replica') },
    })
    console.log(`${name}: ${Math.round(searches / seconds)} searches/s`)
  } finally {
    for (const { child } of servers) child.kill('SIGINT')
    await Promise.all(servers.map(({ result }) => result))
  }
}

/** The same number of clients, however many servers there are. */
async function load(urls: readonly string[], length: { duration: number } | { amount: number }): Promise<autocannon.Result[]> {
  const connections = Math.max(1, Math.floor(CLIENTS / urls.length))
  const requests = PATHS.map((path) => ({ method: 'GET' as const, path }))
  return await Promise.all(urls.map(async (url) => await autocannon({ url, connections, requests, ...length })))
}

async function processorTimes(servers: readonly RunningCommand[], replicaPid: number | undefined) {
  const each = await Promise.all(servers.map(({ child }) => processorSeconds(child.pid ?? 0)))
  const replicaSeconds = replicaPid === undefined ? 0 : await processorSeconds(replicaPid)
  return { servers: sum(each), postgres: await processorSeconds(serverPid), replica: replicaSeconds }
}

async function preparedServer(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('vacuum analyze')
  await client.end()
  return await postgresPid(url)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
