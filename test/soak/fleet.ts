import { setTimeout as delay } from 'node:timers/promises'
import { createSampleHub } from '../../src/sample-hub/sample-hub.ts'
import { catalogLines, hubLines } from '../support/hub/hub-truth.ts'
import { RequestTally } from '../support/hub/request-tally.ts'
import { Fleet } from '../support/processes/fleet.ts'
import { startLocalPostgres } from '../support/servers/local-postgres.ts'
import { startLocalRedis } from '../support/servers/local-redis.ts'
import { freePort } from '../support/servers/throwaway-server.ts'

/**
 * Worker processes share one token's small quota until all repos and their stages are in the catalog. Ends with code 1 if less
 * than 95 % of a full window is used while there is enough to do, more than one response in 10,000 is a 429, a task is done
 * twice, the processes and the Hub count different numbers of requests, or the catalog differs from the Hub.
 * `node test/soak/fleet.ts [repos] [workers] [quota] [window in seconds]`: 100,000 repos, 4 workers, 1,000 requests per 10 s.
 * Needs a Postgres and a Redis on the machine.
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
  // With small pages the quota is the limit from the start.
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
// The first window is not full, and in the last ones little is left to do.
const full = used.slice(1, -3)
const least = Math.min(...full) / Number(quota)
console.log(
  `\nwindows: ${used.join(' ')} of ${quota}; throttled: ${hub.requests.throttled} of ${hub.requests.total}, in ${seconds} s`,
)
console.log(stages.map(({ stage, outcome, count }) => `${stage} ${outcome} ${count}`).join(', '))
console.log(`begun twice: ${tally.repeatedTasks} of ${tally.tasks} tasks; equal to the Hub: ${isTrue}`)
const sum = counted.reduce((total, requests) => total + requests, 0)
console.log(`requests by process: ${counted.join(' + ')} = ${sum}; by the Hub: ${hub.requests.total}`)
console.log(`least used full window: ${(100 * least).toFixed(1)} %`)
const isProved =
  isTrue &&
  sum === hub.requests.total &&
  least >= 0.95 &&
  tally.repeatedTasks === 0 &&
  hub.requests.throttled * 10_000 <= hub.requests.total
process.exitCode = isProved ? 0 : 1

/** The number of requests to the Hub in the metrics of a process. */
async function requestsCountedAt(port: number): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`)
  const counts = [...(await answer.text()).matchAll(/^hubdex_hub_requests_total\{.*\} (\d+)$/gm)]
  return counts.reduce((total, [, count]) => total + Number(count), 0)
}
