import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { createSampleHub, type SampleHub } from '../../src/sample-hub/sample-hub.ts'
import { PostgresSearchEngine } from '../../src/search/postgres/engine.ts'
import { catalogLines, hubLines } from '../support/hub/hub-truth.ts'
import { RequestTally } from '../support/hub/request-tally.ts'
import { Fleet } from '../support/processes/fleet.ts'
import { hubdex } from '../support/processes/hubdex.ts'
import { untilLogged } from '../support/processes/hubdex-process.ts'
import type { TestDatabase } from '../support/servers/databases.ts'
import { startLocalRedis } from '../support/servers/local-redis.ts'
import { createTestDatabase, describePostgres, hasPostgres } from '../support/servers/postgres.ts'
import { freePort } from '../support/servers/throwaway-server.ts'

/** A fleet of processes starts slowly on a busy machine. Each check reads the whole catalog, so there are few. */
const SOON = { timeout: 60_000, interval: 250 }
const REPOS = 40
const redisUrl = inject('redisUrl')

/** Each pass runs once, so that requests can be counted. */
const SCHEDULE = {
  HUBDEX_SCHEDULE_RECENT: 'off',
  HUBDEX_SCHEDULE_STAGES: '* * * * * *',
  HUBDEX_SCHEDULE_JITTER_SECS: '0',
}

describe('hubdex worker', () => {
  it('does not start without a shared queue, and says what to set', async () => {
    const { code, stderr } = await hubdex(['worker'], {})
    expect(code).toBe(2)
    expect(stderr).toContain('REDIS_URL')
    expect(stderr).toContain('HUBDEX_QUEUE=postgres')
  })

  it.each(['worker', 'schedule', 'serve'])('and hubdex %s reject a shared queue with an embedded catalog', async (name) => {
    const { code, stderr } = await hubdex([name], { REDIS_URL: 'redis://127.0.0.1:1' })
    expect(code).toBe(2)
    expect(stderr).toMatch(/REDIS_URL.*DATABASE_URL/)
  })
})

const queues: readonly { queue: string; settings: Record<string, string> }[] = [
  { queue: 'Postgres', settings: { HUBDEX_QUEUE: 'postgres' } },
  ...(redisUrl === undefined ? [] : [{ queue: 'Redis', settings: { REDIS_URL: redisUrl } }]),
]

describePostgres.each(queues)('workers with a queue on $queue', ({ settings }) => {
  let hub: SampleHub
  let database: TestDatabase
  let fleet: Fleet
  let tally: RequestTally

  beforeEach(async () => {
    tally = new RequestTally()
    hub = await createSampleHub({
      ...{ repos: REPOS, seed: 23, quota: 0, latencyMs: 5 },
      onRequest: (url) => tally.count(url),
    })
    database = await createTestDatabase({ hasSchema: true })
    fleet = await Fleet.over(database.databaseUrl, {
      HF_ENDPOINT: hub.url,
      HUBDEX_QUEUE_PREFIX: `test-${randomUUID()}`,
      ...SCHEDULE,
      ...settings,
    })
  })
  afterEach(async () => {
    await fleet.close()
    await database.drop()
    await hub.close()
  })

  it('do each enqueued task once, refresh the repo of a webhook, and end without a loss', async () => {
    // The scheduler has no token, and learns the lanes from the workers.
    const leaving = fleet.startWith({ HF_TOKEN: 'hf_leaving' }, 'worker')
    const staying = fleet.startWith({ HF_TOKEN: 'hf_staying' }, 'worker', '--concurrency', '4')
    const schedule = fleet.start('schedule')
    const serve = fleet.start('serve', '--port', '0')
    await vi.waitFor(
      async () => expect(await fleet.value('select count(*) from catalog.repo_stages')).toBeGreaterThan(15),
      SOON,
    )
    leaving.child.kill('SIGTERM')
    expect((await leaving.result).code).toBe(0)
    await vi.waitFor(async () => expect(await fleet.isDone()).toBe(true), SOON)
    expect(await catalogLines(fleet.catalog)).toEqual(hubLines(hub))
    expect(await new PostgresSearchEngine(fleet.connection).count()).toBe(REPOS + hub.collections.state.collections.length)
    expect(tally.repeatedTasks).toBe(0)

    // No crawl of models follows the first, so only the request to refresh it can bring in a repo created later.
    hub.change.create('model', { id: 'zoo/aardvark' })
    await fleet.connection.pool.query(
      `insert into catalog.refresh_queue (kind, id, reason) values ('model', 'zoo/aardvark', 'test')`,
    )
    const search = new PostgresSearchEngine(fleet.connection)
    await vi.waitFor(async () => expect((await search.search({ words: 'aardvark' })).total).toBe(1), SOON)

    for (const command of [serve, schedule, staying]) {
      command.child.kill('SIGTERM')
      const { code, stderr } = await command.result
      expect(stderr).not.toMatch(/error|failed/i)
      expect(code).toBe(0)
      expect(stderr.split('refresh of model zoo/aardvark: written')).toHaveLength(command === staying ? 2 : 1)
    }
    expect(await fleet.value('select count(*) from catalog.stage_claims')).toBe(0)
    expect(await fleet.value(`select count(*) from schedule_runs where state = 'running'`)).toBe(0)
  })
})

describePostgres('a worker whose schema a newer program migrates', () => {
  it('ends with the reason, but only if the migration breaks older programs', async () => {
    const database = await createTestDatabase({ hasSchema: true })
    const port = String(await freePort())
    onTestFinished(() => database.drop())
    const fleet = await Fleet.over(database.databaseUrl, { HUBDEX_QUEUE: 'postgres', HUBDEX_HEALTH_PORT: port })
    onTestFinished(() => fleet.close())
    const worker = fleet.start('worker')
    await untilLogged(worker, `:${port}`)
    // A health check makes the worker check the schema.
    const health = async () => (await fetch(`http://127.0.0.1:${port}/health`)).status
    await fleet.catalog.rows(`insert into catalog.migrations values ('9998-additive', now()::text)`)
    expect(await health()).toBe(200)
    await fleet.catalog.rows(`update catalog.identity set min_migration = '9999-later'`)
    expect(await health()).toBe(503)
    const { code, stderr } = await worker.result
    expect(code).toBe(1)
    expect(stderr).toContain('9999-later')
    expect(await fleet.value('select count(*) from catalog.processes')).toBe(0)
  })
})

describe.skipIf(redisUrl === undefined || !hasPostgres)('a queue', () => {
  it('that starts after its workers, and is wiped later, is filled again', async () => {
    const port = await freePort()
    const hub = await createSampleHub({ repos: REPOS, seed: 24, quota: 0, latencyMs: 20 })
    onTestFinished(() => hub.close())
    const database = await createTestDatabase({ hasSchema: true })
    onTestFinished(() => database.drop())
    const fleet = await Fleet.over(database.databaseUrl, {
      ...{ HF_ENDPOINT: hub.url, REDIS_URL: `redis://127.0.0.1:${port}` },
      ...SCHEDULE,
    })
    onTestFinished(() => fleet.close())
    const worker = fleet.start('worker')
    const schedule = fleet.start('schedule')
    await Promise.all([worker, schedule].map((command) => untilLogged(command, `:${port}`)))
    const redis = await startLocalRedis({ port })
    if (redis === undefined) throw new Error('This needs a redis-server on the machine.')
    await untilLogged(schedule, 'full: done')
    await vi.waitFor(
      async () => expect(await fleet.value('select count(*) from catalog.repo_stages')).toBeGreaterThan(20),
      SOON,
    )
    const client = new Redis(redis.url)
    await client.flushall()
    client.disconnect()
    await vi.waitFor(async () => expect(await fleet.isDone()).toBe(true), SOON)
    expect(await catalogLines(fleet.catalog)).toEqual(hubLines(hub))
    await redis.stop()
    for (const { child, result } of [worker, schedule]) {
      child.kill('SIGTERM')
      const { code, stderr } = await result
      expect(code).toBe(0)
      expect(stderr).not.toContain('maxRetriesPerRequest')
    }
  })
})
