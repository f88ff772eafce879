import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { createBoardQueues } from '../../src/queue/bullmq/board-queues.ts'
import { createBullTasks } from '../../src/queue/bullmq/bull-tasks.ts'
import type { Tasks } from '../../src/queue/tasks.ts'
import { createHealthServer } from '../../src/server/health-server.ts'
import { createServer } from '../../src/server/server.ts'
import type { ServerEvent } from '../../src/telemetry/events.ts'
import { PROCESS_METRICS } from '../../src/telemetry/metrics/definitions.ts'
import { createMetrics } from '../../src/telemetry/metrics/metrics.ts'

const TOKEN = 'the token of the operator'
const redisUrl = inject('redisUrl')

describe('a process without a page', () => {
  const silent = { schedule: 0, workers: 0 }
  let isUnreachable = false
  const metrics = createMetrics({ role: 'worker', version: '1.2.3' })
  const app = createHealthServer({
    health: {
      pingDatabase: () => Promise.resolve(),
      pingQueue: () => (isUnreachable ? Promise.reject(new Error('unreachable')) : Promise.resolve()),
      scheduleSilentMs: () => silent.schedule,
      workersSilentMs: () => silent.workers,
    },
    metrics,
    emit: () => undefined,
  })

  it('is healthy if all of its parts are, and reports the unhealthy part', async () => {
    const health = async () => {
      const { statusCode, body } = await app.inject('/health')
      return { statusCode, ...JSON.parse(body) }
    }
    expect(await health()).toMatchObject({ statusCode: 200, status: 'ok', workers: { ok: true } })
    silent.workers = 600_000
    expect(await health()).toMatchObject({ statusCode: 503, workers: { ok: false, silentSecs: 600 } })
    silent.workers = 0
    silent.schedule = 600_000
    expect(await health()).toMatchObject({ statusCode: 503, schedule: { ok: false } })
    silent.schedule = 0
    isUnreachable = true
    expect(await health()).toMatchObject({ statusCode: 503, queue: { ok: false, answeredInMs: null } })
  })

  it('exports its metrics under the documented names', async () => {
    const task = { name: 'details', key: 'a', data: {} } as const
    metrics.count('tasks', { type: 'task-done', task, durationMs: 12 })
    const { body, headers } = await app.inject('/metrics')
    expect(headers['content-type']).toMatch(/^text\/plain/)
    expect(body).toContain('hubdex_tasks_total{task="details",outcome="done"} 1')
    expect(body).toContain('hubdex_info{role="worker",version="1.2.3"} 1')
    for (const { name } of Object.values(PROCESS_METRICS)) expect(body).toContain(`# TYPE ${name} `)
  })
})

describe.skipIf(redisUrl === undefined)('the dashboard of the queue', () => {
  let tasks: Tasks
  let app: FastifyInstance
  let events: ServerEvent[]
  const lane = { name: 'card', budget: 'anonymous' } as const

  beforeEach(async () => {
    const target = { engine: 'redis', redisUrl: redisUrl ?? '', prefix: `board-${randomUUID()}` } as const
    tasks = await createBullTasks(target)
    await tasks.add(lane, [{ name: 'card', key: 'one', data: {} }])
    events = []
    app = createServer({
      about: { version: '1', endpoint: 'https://hub.example.com' },
      health: { pingDatabase: () => Promise.resolve() },
      metrics: createMetrics({ role: 'serve', version: '1' }),
      status: () => Promise.resolve({}),
      webhook: { secret: undefined, refresh: () => Promise.resolve() },
      board: { token: TOKEN, openQueues: () => createBoardQueues(target, [lane]) },
      emit: (event) => events.push(event),
    })
  })
  afterEach(async () => {
    await app.close()
    await tasks.close()
  })

  const signedIn = (token: string) => ({
    authorization: `Basic ${Buffer.from(`operator:${token}`).toString('base64')}`,
  })

  it('shows queued tasks to the operator with the token', async () => {
    const { statusCode, body } = await app.inject({ url: '/queues/api/queues', headers: signedIn(TOKEN) })
    expect(statusCode).toBe(200)
    const { queues } = JSON.parse(body) as { queues: { name: string; counts: Record<string, number> }[] }
    expect(queues.map(({ name }) => name)).toEqual([expect.stringMatching(/-card-anonymous$/)])
    expect((queues[0]?.counts['waiting'] ?? 0) + (queues[0]?.counts['prioritized'] ?? 0)).toBe(1)
    const page = await app.inject({ url: '/queues/', headers: signedIn(TOKEN) })
    expect(page.body).toContain('hubdex queues')
  })

  it('refuses requests without the token', async () => {
    expect((await app.inject('/queues/')).statusCode).toBe(401)
    expect((await app.inject({ url: '/queues/', headers: signedIn('wrong') })).statusCode).toBe(401)
    expect(events).toContainEqual({ type: 'sign-ins-refused', count: 1 })
  })

  it('refuses changes by pages of other sites, and new tasks', async () => {
    const [queue] = JSON.parse((await app.inject({ url: '/queues/api/queues', headers: signedIn(TOKEN) })).body).queues
    const order = (path: string, headers: Record<string, string>) =>
      app.inject({
        method: 'POST',
        url: `/queues/api/queues/${queue.name}/${path}`,
        headers: { ...signedIn(TOKEN), ...headers },
        payload: {},
      })
    expect((await order('add', { 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403)
    expect((await order('add', { 'sec-fetch-site': 'same-origin' })).statusCode).toBe(403)
    expect(await tasks.counts(lane)).toMatchObject({ waiting: 1 })
  })
})
