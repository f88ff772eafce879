import { setTimeout as delay } from 'node:timers/promises'
import { createSampleHub } from '../src/sample-hub/sample-hub.ts'
import { Fleet } from '../test/support/processes/fleet.ts'
import { startLocalPostgres } from '../test/support/servers/local-postgres.ts'
import { startLocalRedis } from '../test/support/servers/local-redis.ts'

/**
 * Compares the throughput of 1, 2 and 4 workers on all stages, with a Hub that takes 200 ms to respond. Passes are not counted.
 * `npm run bench -- scaling [repos]`, 1,000 by default.
 */
const repos = Number(process.argv[2] ?? 1_000)
const redis = await startLocalRedis()
if (redis === undefined) throw new Error('This needs a Redis on the machine.')
let alone: number | undefined
for (const workers of [1, 2, 4]) {
  const hub = await createSampleHub({ repos, quota: 0, latencyMs: 200 })
  const postgres = await startLocalPostgres()
  if (postgres === undefined) throw new Error('This needs a Postgres on the machine.')
  const fleet = await Fleet.over(postgres.url, {
    ...{ HF_ENDPOINT: hub.url, REDIS_URL: redis.url, HUBDEX_QUEUE_PREFIX: `scaling-${workers}` },
    ...{ HUBDEX_SCHEDULE_RECENT: 'off', HUBDEX_SCHEDULE_STAGES: '* * * * * *', HUBDEX_SCHEDULE_JITTER_SECS: '0' },
  })
  fleet.start('schedule')
  for (let worker = 0; worker < workers; worker++) fleet.start('worker')
  const stages = () => fleet.value('select count(*) from catalog.repo_stages')
  while ((await stages()) === 0) await delay(20)
  const startedMs = performance.now()
  const requestsBefore = hub.requests.total
  while (!(await fleet.isDone())) await delay(100)
  const seconds = (performance.now() - startedMs) / 1000
  const perSecond = (hub.requests.total - requestsBefore) / seconds
  alone ??= perSecond
  console.log(
    `${workers} workers: ${await stages()} stages in ${seconds.toFixed(1)} s, ${Math.round(perSecond)} requests/s, ` +
      `${(perSecond / alone).toFixed(2)} times one worker`,
  )
  await fleet.close()
  await postgres.stop()
  await hub.close()
}
await redis.stop()
