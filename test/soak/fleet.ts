import { setTimeout as delay } from 'node:timers/promises'
import { createSampleHub } from '../../src/sample-hub/sample-hub.ts'
import { catalogLines, hubLines } from '../support/hub/hub-truth.ts'
import { RequestTally } from '../support/hub/request-tally.ts'
import { Fleet } from '../support/processes/fleet.ts'
import { startLocalPostgres } from '../support/servers/local-postgres.ts'
import { startLocalRedis } from '../support/servers/local-redis.ts'
import { freePort } from '../support/servers/throwaway-server.ts'

/**
 * Workers in processes of their own share one token's small quota until all repos are catalogd with all their stages: how
 * much of each window they use together, how often they are throttled, and whether anything was done twice.
 * `node test/soak/fleet.ts [repos] [workers] [quota] [window in seconds]`: 100,000 repos, 4 workers, 1,000 in 10 s; against
 * the machine's own Postgres and Redis. Ends with code 1 when a whole window in which there was enough to do is used to less
 * than 95 %, more than one answer in 10,000 is a 429, a task was done twice, the requests that the processes count are together
 * not those that the Hub counts, or the catalog is not what the Hub is.
 */
const [repos = '100000', workers = '4', quota = '1000', windowSecs = '10'] = process.argv.slice(2)

const tally = new RequestTally()
const hub = await createSampleHub({
  ...{ repos: Number(repos), quota: Number(quota), windowSecs: Number(windowSecs) },
  onRequest: (url) => tally.count(url),
})
const postgres = await startLocalPostgres()
const redis = await startLocalRedis()
if (postgres === undefined || redis === undefined) throw new Error('This needs a Postgres and a Redis on the machine.')
const fleet = await Fleet.over(postgres.url, {
  HF_ENDPOINT: hub.url,
  REDIS_URL: redis.url,
  // Small pages, so that the quota is the limit from the start.
  HUBDEX_PAGE_SIZE: '10',
  HUBDEX_SCHEDULE_RECENT: 'off',
  HUBDEX_SCHEDULE_STAGES: '* * * * * *',
  HUBDEX_SCHEDULE_JITTER_SECS: '0',
})
const ports = await Promise.all(Array.from({ length: Number(workers) + 1 }, freePort))
for (const [index, port] of ports.entries()) {
  fleet.startWith({ HUBDEX_HEALTH_PORT: String(port) }, index === 0 ? 'schedule' : 'worker')
}
const startedMs = performance.now()
while (!(await fleet.isDone())) {
  await delay(2_000)
  const done = await fleet.value('select count(*) from catalog.repo_stages')
  process.stderr.write(`\r${hub.requests.total} requests, ${done} stages done, ${hub.requests.throttled} throttled`)
}
const seconds = Math.round((performance.now() - startedMs) / 1000)
const isTrue = JSON.stringify(await catalogLines(fleet.catalog)) === JSON.stringify(hubLines(hub))
const stages = await fleet.catalog.rows(
  'select stage, outcome, count(*)::int from catalog.repo_stages group by 1, 2 order by 1, 2',
)
const counted = await Promise.all(ports.map(requestsCountedAt))
await fleet.close()
await redis.stop()
await postgres.stop()
await hub.close()

const used = hub.requests.windows.map((window) => window.usedOf.api)
// It begins somewhere within a window, and in the last ones less and less is left to do.
const whole = used.slice(1, -3)
const least = Math.min(...whole) / Number(quota)
console.log(
  `\nwindows: ${used.join(' ')} of ${quota}; throttled: ${hub.requests.throttled} of ${hub.requests.total}, in ${seconds} s`,
)
console.log(stages.map(({ stage, outcome, count }) => `${stage} ${outcome} ${count}`).join(', '))
console.log(`begun twice: ${tally.repeatedTasks} of ${tally.tasks} tasks; as the Hub: ${isTrue}`)
const sum = counted.reduce((total, requests) => total + requests, 0)
console.log(`requests by process: ${counted.join(' + ')} = ${sum}; by the Hub: ${hub.requests.total}`)
console.log(`least used whole window: ${(100 * least).toFixed(1)} %`)
const isWell =
  isTrue &&
  sum === hub.requests.total &&
  least >= 0.95 &&
  tally.repeatedTasks === 0 &&
  hub.requests.throttled * 10_000 <= hub.requests.total
process.exitCode = isWell ? 0 : 1

/** What a process says that it has sent to the Hub. */
async function requestsCountedAt(port: number): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`)
  const counts = [...(await answer.text()).matchAll(/^hubdex_hub_requests_total\{.*\} (\d+)$/gm)]
  return counts.reduce((total, [, count]) => total + Number(count), 0)
}
