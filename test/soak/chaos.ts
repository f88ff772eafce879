import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { openConnection } from '../../src/catalog/connection.ts'
import { createSampleHub } from '../../src/sample-hub/sample-hub.ts'
import { catalogState } from '../support/catalog/catalog-state.ts'
import { catalogLines, hubLines } from '../support/hub/hub-truth.ts'
import { Fleet } from '../support/processes/fleet.ts'
import type { RunningCommand } from '../support/processes/hubdex-process.ts'
import { MEILI_MASTER_KEY, startLocalMeilisearch } from '../support/servers/local-meilisearch.ts'
import { startLocalPostgres } from '../support/servers/local-postgres.ts'
import { startLocalRedis } from '../support/servers/local-redis.ts'
import { freePort } from '../support/servers/throwaway-server.ts'

/**
 * Kills workers with -9 every few seconds. Meanwhile Redis restarts empty, Postgres restarts, and Meilisearch, if installed, is
 * down for a minute. Proves that the catalog with all stages ends equal to the Hub and to an undisturbed crawl, and the index
 * equal to the catalog; ends with code 1 otherwise. `node test/soak/chaos.ts [minutes] [repos] [workers] [redis|postgres]`: 10
 * minutes, 20,000 repos, 3 workers, the queue on Redis.
 */
const [minutes = '10', repos = '20000', workers = '3', queue = 'redis'] = process.argv.slice(2)
const LONGEST_LIFE_MS = 6_000

const folder = await mkdtemp(join(tmpdir(), 'hubdex-chaos-'))
const postgresFolder = await mkdtemp(join(tmpdir(), 'hubdex-chaos-postgres-'))
const ports = { postgres: await freePort(), redis: await freePort(), meilisearch: await freePort() }
const startPostgres = () => startLocalPostgres({ isDurable: true, port: ports.postgres, folder: postgresFolder })
const startRedis = () => startLocalRedis({ port: ports.redis })
const startMeilisearch = () => startLocalMeilisearch({ port: ports.meilisearch, folder })

const hub = await createSampleHub({ repos: Number(repos), seed: 17, quota: 0, latencyMs: 50 })
let postgres = await startPostgres()
let redis = await startRedis()
let meilisearch = await startMeilisearch()
if (postgres === undefined || redis === undefined) throw new Error('This needs a Postgres and a Redis on the machine.')
const fleet = await Fleet.over(postgres.url, {
  HF_ENDPOINT: hub.url,
  ...(queue === 'postgres' ? { HUBDEX_QUEUE: 'postgres' } : { REDIS_URL: redis.url }),
  ...(meilisearch && { MEILI_URL: meilisearch.url, MEILI_API_KEY: MEILI_MASTER_KEY }),
  HUBDEX_PAGE_SIZE: '100',
  HUBDEX_SCHEDULE_FULL: '*/2 * * * *',
  HUBDEX_SCHEDULE_RECENT: 'off',
  HUBDEX_SCHEDULE_STAGES: '*/5 * * * * *',
})
const schedule = fleet.start('schedule')
const slots: RunningCommand[] = Array.from({ length: Number(workers) }, () => fleet.start('worker'))
const startedMs = performance.now()
const lengthMs = Number(minutes) * 60_000
const elapsed = (): number => (performance.now() - startedMs) / lengthMs
let kills = 0
const say = (text: string) => console.log(`${Math.round(elapsed() * Number(minutes) * 60)} s: ${text}`)

/** Disturbances of the servers. Each happens once, at its share of the time. */
const events: { at: number; run(): Promise<void> }[] = [
  {
    at: 0.3,
    run: async () => {
      if (queue === 'postgres') return
      say('Redis restarts empty')
      await redis?.stop()
      redis = await startRedis()
    },
  },
  {
    at: 0.5,
    run: async () => {
      say('Postgres restarts')
      await postgres?.stop()
      postgres = await startPostgres()
    },
  },
  {
    at: 0.65,
    run: async () => {
      if (meilisearch === undefined) return
      say('Meilisearch is stopped')
      await meilisearch.stop()
      await delay(Math.min(60_000, lengthMs / 5))
      meilisearch = await startMeilisearch()
      say('Meilisearch is available again')
    },
  },
]
const disturbances: Promise<void>[] = []
while (elapsed() < 1) {
  await delay(Math.random() * LONGEST_LIFE_MS)
  const slot = Math.floor(Math.random() * slots.length)
  slots[slot]?.child.kill('SIGKILL')
  slots[slot] = fleet.start('worker')
  kills++
  while (events[0] !== undefined && elapsed() > events[0].at) disturbances.push(events.shift()?.run() ?? Promise.resolve())
}
await Promise.all(disturbances)
say(`${kills} kills, ${hub.requests.total} requests; no more disturbances`)
// A task that happened to be in flight at four kills in a row would wait for hours.
await fleet.start('failures', 'retry', '--cause', 'process-died').result
const deadlineMs = performance.now() + 15 * 60_000
while (!(await fleet.isDone().catch(() => false)) && performance.now() < deadlineMs) await delay(1_000)
say('the end')

const isDone = await fleet.isDone()
const isTrue = JSON.stringify(await catalogLines(fleet.catalog)) === JSON.stringify(hubLines(hub))
const live = await fleet.value('select count(*) from repos where removed_at is null')
const failures = await fleet.value('select count(*) from catalog.failures')
const tombstones = await fleet.value('select count(*) from repos where removed_at is not null')
const schedulerRuns = schedule.child.exitCode === null
console.log(
  `all done: ${isDone}; equal to the Hub: ${isTrue}; ${live} repos, ${failures} failures, ${tombstones} tombstones; ` +
    `the scheduler still runs: ${schedulerRuns}`,
)
const check = await fleet.start('index', 'check', '--sample', repos).result
console.log(check.stdout)
const disturbed = await catalogState(fleet.catalog)
await fleet.close()
const calm = await undisturbed()
console.log(`undisturbed: ${JSON.stringify(calm)}\ndisturbed:   ${JSON.stringify(disturbed)}`)
const isSame = isDeepStrictEqual(calm, disturbed)
if (process.env['CHAOS_LOG'] !== undefined) console.log((await schedule.result).stderr)
await Promise.all([meilisearch?.stop(), redis?.stop(), postgres?.stop(), hub.close()])
await Promise.all([folder, postgresFolder].map((path) => rm(path, { recursive: true, force: true })))
const isProved = isDone && isTrue && isSame && check.code === 0 && schedulerRuns && failures === 0 && tombstones === 0
process.exitCode = isProved ? 0 : 1

/** The result of an undisturbed crawl of the same Hub into another database. */
async function undisturbed(): Promise<Record<string, unknown>> {
  if (postgres === undefined) throw new Error('Postgres did not restart.')
  const databaseUrl = Object.assign(new URL(postgres.url), { pathname: '/undisturbed' }).href
  const admin = await openConnection({ databaseUrl: postgres.url })
  await admin.pool.query('create database undisturbed')
  await admin.close()
  const calm = await Fleet.over(databaseUrl, { HF_ENDPOINT: hub.url, HUBDEX_PAGE_SIZE: '100' })
  const { code, stderr } = await calm.start('crawl', '--stage-requests', 'all').result
  if (code !== 0) throw new Error(`The undisturbed crawl failed: ${stderr}`)
  const state = await catalogState(calm.catalog)
  await calm.close()
  return state
}
