import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { Agent, request } from 'undici'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createRefreshQueue } from '../../src/catalog/processes/refresh-queue.ts'
import { createServer, type ServerOptions } from '../../src/server/server.ts'
import { describeEvent } from '../../src/telemetry/log-entry.ts'
import { createMetrics } from '../../src/telemetry/metrics/metrics.ts'
import { openTestCatalog, type TestCatalog } from '../support/catalog/catalog.ts'
import { catalogTargets } from '../support/catalog/embedded.ts'
import { eventually } from '../support/eventually.ts'
import { sharedSamples } from '../support/shared-data.ts'

const SECRET = 'the secret of the webhook'
const PAYLOAD = {
  event: { action: 'update', scope: 'repo.content' },
  repo: { type: 'model', name: 'owner/name', id: '0123456789abcdef01234567', private: false },
  webhook: { id: 'x', version: 3 },
}

describe.each(catalogTargets)('the server ($engine)', ({ create }) => {
  let catalog: TestCatalog
  let app: FastifyInstance
  let url: string
  let logged: string[]
  let woken: number
  let silentMs: number
  const agent = new Agent({ connections: 64 })

  beforeAll(async () => {
    catalog = await openTestCatalog(create)
  })
  afterAll(async () => {
    await agent.close()
    await catalog[Symbol.asyncDispose]()
  })
  beforeEach(async () => {
    await catalog.rows('truncate catalog.refresh_queue')
    logged = []
    woken = 0
    silentMs = 0
    await start({})
  })
  afterEach(() => app.close())

  async function start(given: Partial<ServerOptions> & { secret?: string | undefined }) {
    const queue = createRefreshQueue(catalog.db)
    app = createServer({
      about: { version: '1.2.3', endpoint: 'https://hub.example.com/<b>' },
      health: {
        pingDatabase: async () => void (await catalog.value('select 1')),
        scheduleSilentMs: () => silentMs,
      },
      status: async () => ({ repos: 3 }),
      metrics: createMetrics({ role: 'serve', version: '1.2.3' }),
      board: { token: undefined },
      emit: (event) => {
        const entry = describeEvent.server(event)
        if (entry !== undefined && entry.level !== 'debug') logged.push(entry.text)
      },
      webhook: {
        secret: 'secret' in given ? given.secret : SECRET,
        refresh: async (requests) => {
          await queue.add(requests)
          woken++
        },
      },
      ...given,
    })
    url = await app.listen({ host: '127.0.0.1', port: 0 })
  }

  async function deliver(payload: unknown = PAYLOAD, secret: string | null = SECRET) {
    const { statusCode, body } = await request(`${url}/webhooks/hub`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(secret === null ? {} : { 'x-webhook-secret': secret }),
      },
      body: typeof payload === 'string' ? payload : JSON.stringify(payload),
      dispatcher: agent,
    })
    return { status: statusCode, answer: (await body.json()) as Record<string, unknown> }
  }

  async function get(path: string) {
    const { statusCode, body } = await request(`${url}${path}`, { dispatcher: agent })
    return { status: statusCode, text: await body.text() }
  }

  it('accepts a delivery with a byte order mark, and with odd or deeply nested fields', async () => {
    const taken = { status: 202, answer: { refresh: [{ kind: 'model', id: 'owner/name' }] } }
    expect(await deliver(`\uFEFF${JSON.stringify(PAYLOAD)}`)).toEqual(taken)
    const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`
    const { event: _, ...others } = PAYLOAD
    expect(await deliver(`{"event":7,"movedTo":[],"webhook":${deep},${JSON.stringify(others).slice(1)}`)).toEqual(taken)
  })

  it('accepts a delivery, enqueues its repo, and wakes the refresh worker', async () => {
    expect(await deliver()).toEqual({ status: 202, answer: { refresh: [{ kind: 'model', id: 'owner/name' }] } })
    const [row] = await catalog.rows('select kind, id, hub_id, reason from catalog.refresh_queue')
    expect(row).toEqual({
      kind: 'model',
      id: 'owner/name',
      hub_id: '0123456789abcdef01234567',
      reason: 'webhook update repo.content',
    })
    expect(woken).toBe(1)
  })

  it('stores a delivery that is replayed a thousand times as one row', async () => {
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => deliver()))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
    expect(await catalog.value('select count(*)::int from catalog.refresh_queue')).toBe(1)
  })

  it.each([['wrong'], [''], [`${SECRET}x`], [SECRET.slice(1)], [SECRET.toUpperCase()], [null]])(
    'refuses a delivery with the secret %j, and stores nothing',
    async (secret) => {
      expect(await deliver(PAYLOAD, secret)).toMatchObject({ status: 401 })
      expect(await catalog.value('select count(*)::int from catalog.refresh_queue')).toBe(0)
      expect(woken).toBe(0)
    },
  )

  it('logs a thousand wrong secrets in one line, and parses none of their bodies', async () => {
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => deliver('{ this is no JSON', 'wrong')))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
    expect(logged).toHaveLength(1)
    expect(logged[0]).not.toContain(SECRET)
    expect((await deliver()).status).toBe(202)
  })

  it('reads only the beginning of a body with a wrong secret', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write(
      'POST /webhooks/hub HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000000000\r\n\r\n{',
    )
    const answer = await new Promise<string>((resolve) => {
      let text = ''
      socket.on('data', (chunk) => (text += String(chunk)))
      socket.on('close', () => resolve(text))
      socket.on('error', () => undefined)
    })
    expect(answer).toMatch(/^HTTP\/1.1 401/)
  })

  it('refuses every delivery if no secret is set, and names the setting', async () => {
    await app.close()
    await start({ secret: undefined })
    const { status, answer } = await deliver(PAYLOAD, '')
    expect(status).toBe(403)
    expect(answer['error']).toContain('HUBDEX_WEBHOOK_SECRET')
  })

  it('ignores deliveries that concern no repo of the catalog, with a status of success', async () => {
    const { status, answer } = await deliver({ ...PAYLOAD, event: { action: 'create', scope: 'discussion' } })
    expect({ status, answer }).toEqual({ status: 200, answer: { ignored: expect.any(String) } })
    expect((await deliver({ ...PAYLOAD, repo: { ...PAYLOAD.repo, type: 'kernel' } })).status).toBe(200)
    expect(await catalog.value('select count(*)::int from catalog.refresh_queue')).toBe(0)
  })

  it.each([
    ['lists in lists', `{"repo":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['empty objects', `[${'{},'.repeat(100_000)}{}]`],
    ['keys', `{${Array.from({ length: 50_000 }, (_, index) => `"${index}":0`).join()}}`],
  ])('ignores a delivery that would need much memory, before it is parsed: %s', async (_, body) => {
    expect(await deliver(body)).toEqual({ status: 200, answer: { ignored: expect.stringContaining('10000') } })
  })

  it.each(['{ this is no JSON', '', '{"__proto__": {"x": 1}}'])('refuses %j, which is not JSON of the Hub', async (body) => {
    expect((await deliver(body)).status).toBe(400)
  })

  it('refuses JSON that is sent as plain text, and says what it expects', async () => {
    const headers = { 'content-type': 'text/plain', 'x-webhook-secret': SECRET }
    const body = JSON.stringify(PAYLOAD)
    const answer = await request(`${url}/webhooks/hub`, { method: 'POST', headers, body, dispatcher: agent })
    expect([answer.statusCode, await answer.body.text()]).toEqual([415, expect.stringContaining('application/json')])
  })

  it('refuses a body of more than a megabyte', async () => {
    expect((await deliver({ ...PAYLOAD, comment: 'x'.repeat(1024 * 1024) })).status).toBe(413)
  })

  it('responds while the catalog is busy, and writes afterwards', async () => {
    const other = await catalog.connection.pool.connect()
    await other.query('begin; lock table catalog.refresh_queue')
    expect((await deliver()).status).toBe(202)
    expect(woken).toBe(0)
    await other.query('commit')
    other.release()
    await eventually(() => expect(woken).toBe(1))
    expect(await catalog.value('select id from catalog.refresh_queue')).toBe('owner/name')
  })

  it('writes accepted deliveries before it closes', async () => {
    const other = await catalog.connection.pool.connect()
    await other.query('begin; lock table catalog.refresh_queue')
    await deliver()
    const closed = app.close()
    await other.query('commit')
    other.release()
    await closed
    expect(await catalog.value('select id from catalog.refresh_queue')).toBe('owner/name')
  })

  it('responds with 503 while the catalog is unavailable, without the reason', async () => {
    await app.close()
    const webhook = { secret: SECRET, log: (text: string) => logged.push(text) }
    await start({
      webhook: { ...webhook, refresh: () => Promise.reject(new Error('connect to postgres://user:pass@db failed')) },
    })
    const { status, answer } = await deliver()
    expect(status).toBe(503)
    expect(JSON.stringify(answer)).not.toContain('postgres')
  })

  it('logs a failed request without its query, which may contain tokens, and responds without the reason', async () => {
    await app.close()
    await start({ status: () => Promise.reject(new Error('the cause')) })
    const { status, text } = await get('/api/status?token=planted')
    expect([status, logged]).toEqual([500, ['GET /api/status failed: the cause']])
    expect(text).not.toMatch(/the cause|planted/)
    expect((await get('/nothing?token=planted')).text).not.toContain('planted')
  })

  it('is healthy while the database responds and the schedule has heartbeats', async () => {
    const healthy = await get('/health')
    expect(healthy.status).toBe(200)
    expect(JSON.parse(healthy.text)).toMatchObject({ status: 'ok', database: { ok: true }, schedule: { ok: true } })
    silentMs = 10 * 60_000
    const silent = await get('/health')
    expect(silent.status).toBe(503)
    expect(JSON.parse(silent.text)).toMatchObject({ status: 'failing', schedule: { ok: false, silentSecs: 600 } })
  })

  it('is unhealthy while no worker takes the tasks that it enqueues', async () => {
    await app.close()
    await start({ health: { pingDatabase: async () => undefined, areLanesServed: () => false } })
    const { status, text } = await get('/health')
    expect([status, JSON.parse(text).lanes]).toEqual([503, { ok: false }])
  })

  it('is unhealthy while the database fails, and does not say why', async () => {
    await app.close()
    await start({ health: { pingDatabase: () => Promise.reject(new Error('password of the database')) } })
    const { status, text } = await get('/health')
    expect({ status, body: JSON.parse(text) }).toEqual({
      status: 503,
      body: { status: 'failing', database: { ok: false, answeredInMs: null } },
    })
  })

  it('has a page that describes it, without scripts', async () => {
    const { status, text } = await get('/')
    expect(status).toBe(200)
    expect(text).toContain('hubdex 1.2.3')
    expect(text).toContain('https://hub.example.com/&lt;b&gt;')
    expect(text).not.toMatch(/<script/i)
  })

  it('serves the status as JSON, and 404 with a sentence', async () => {
    expect(JSON.parse((await get('/api/status')).text)).toEqual({ repos: 3 })
    const missing = await get('/nothing/here')
    expect(missing.status).toBe(404)
    expect(JSON.parse(missing.text)).toMatchObject({ status: 404, code: 'not-found' })
  })

  const samples = sharedSamples()
  it.skipIf(samples === undefined)('accepts every recorded delivery (skipped without the samples)', async () => {
    const folder = samples ?? ''
    const files = readdirSync(folder).filter((file) => file.startsWith('webhook.'))
    expect(files.length).toBeGreaterThan(5)
    for (const file of files) {
      const { status } = await deliver(readFileSync(join(folder, file), 'utf8'))
      expect({ file, isTaken: status === 200 || status === 202 }).toEqual({ file, isTaken: true })
    }
    const names = await catalog.rows('select kind, id from catalog.refresh_queue order by id')
    expect(names).toEqual([
      { kind: 'space', id: 'Wauplin/gradio-user-history' },
      { kind: 'model', id: 'some-user/some-repo' },
    ])
  })
})
