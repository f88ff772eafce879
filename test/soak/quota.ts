import { createSampleHub } from '../../src/sample-hub/sample-hub.ts'
import { startHubdex } from '../support/processes/hubdex-process.ts'
import { startLocalPostgres } from '../support/servers/local-postgres.ts'

/**
 * A crawl of 100,000 repos and of what a small quota leaves for their stages: how much of each window it uses, and how often
 * it is throttled. `node test/soak/quota.ts [repos] [windows] [page size]`, against the machine's own Postgres. Ends with
 * code 1 when a whole window is used to less than 95 % or more than one answer is a 429.
 *
 * A hundred requests a second are sixty times what the Hub gives. Pages of 10 repos keep the budget the limit: with pages of
 * 1,000 it is the processors, for as long as the passes and the first indexing take.
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
const { code, stdout } = await startHubdex(['crawl', ...depth, '--max-requests', maxRequests, '--json'], environment)
  .result
const { passes, stages } = JSON.parse(stdout)
await server.stop()
await hub.close()

const used = hub.requests.windows.map((window) => window.usedOf.api)
// The crawl begins and ends somewhere within a window: only those between are whole.
const whole = used.slice(1, -1)
const least = Math.min(...whole) / QUOTA
console.log(`windows: ${used.join(' ')} of ${QUOTA}; throttled: ${hub.requests.throttled} of ${hub.requests.total}`)
console.log(
  passes
    .map((pass: { kind: string; repos: number; state: string }) => `${pass.kind} ${pass.repos} ${pass.state}`)
    .join(', '),
  `and details of ${stages.details.done} repos`,
)
console.log(`least used whole window: ${(100 * least).toFixed(1)} %`)
process.exitCode = code === 0 && least >= 0.95 && hub.requests.throttled <= 1 ? 0 : 1
