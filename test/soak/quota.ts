import { createSampleHub } from '../../src/sample-hub/sample-hub.ts'
import { startHubdex } from '../support/processes/hubdex-process.ts'
import { startLocalPostgres } from '../support/servers/local-postgres.ts'

/**
 * Crawls 100,000 repos, and stages as far as a small quota allows. Ends with code 1 if less than 95 % of a full window is used,
 * or more than one response is a 429. `node test/soak/quota.ts [repos] [windows] [page size]`. Needs a Postgres on the machine.
 *
 * The quota of 100 requests per second is sixty times the Hub's. It is the limit only with pages of 10 repos: with pages of
 * 1,000 the processors are, during the passes and the first indexing.
 */
const [repos = '100000', windows = '32', pageSize = '10'] = process.argv.slice(2)
const QUOTA = 500
const WINDOW_SECS = 5

const hub = await createSampleHub({ repos: Number(repos), quota: QUOTA, windowSecs: WINDOW_SECS })
const server = await startLocalPostgres()
if (server === undefined) throw new Error('This needs a Postgres on the machine.')
const environment = { HF_ENDPOINT: hub.url, DATABASE_URL: server.url, HUBDEX_PAGE_SIZE: pageSize }
const maxRequests = String(QUOTA * Number(windows))
const depth = ['--stages', 'details', '--stage-requests', 'all']
const { code, stdout } = await startHubdex(['crawl', ...depth, '--max-requests', maxRequests, '--json'], environment).result
const { passes, stages } = JSON.parse(stdout)
await server.stop()
await hub.close()

const used = hub.requests.windows.map((window) => window.usedOf.api)
// The crawl begins and ends within a window; only those between are full.
const least = Math.min(...used.slice(1, -1)) / QUOTA
console.log(`windows: ${used.join(' ')} of ${QUOTA}; throttled: ${hub.requests.throttled} of ${hub.requests.total}`)
console.log(
  passes.map((pass: { kind: string; repos: number; state: string }) => `${pass.kind} ${pass.repos} ${pass.state}`).join(', '),
  `and details of ${stages.details.done} repos`,
)
console.log(`least used full window: ${(100 * least).toFixed(1)} %`)
process.exitCode = code === 0 && least >= 0.95 && hub.requests.throttled <= 1 ? 0 : 1
