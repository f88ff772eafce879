import { connect } from 'node:net'
import fc from 'fast-check'
import { Agent, request } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { openConnection } from '../../../src/catalog/connection.ts'
import { API_ROUTES } from '../../../src/server/api/routes.ts'
import { attacks } from '../../analytics/attacks.ts'
import { breakableWay } from '../../queue/breakable.ts'
import { crawledHub } from '../../support/catalog/crawled-hub.ts'
import { anyCatalogTarget, catalogTargets } from '../../support/catalog/embedded.ts'
import { eventually } from '../../support/eventually.ts'
import { type ApiServer, startApi } from './api-server.ts'

describe.each(catalogTargets)('the HTTP API and bad input ($engine)', ({ create, engine }) => {
  const { hub, catalog } = crawledHub(create, { repos: 60, seed: 7, quota: 0 })
  let api: ApiServer
  let status: object
  beforeAll(async () => {
    status = { verdict: [], readAt: '' }
    api = await startApi(catalog, hub.url, { sqlTimeoutMs: 60_000, status: async () => status })
  })
  afterAll(() => api[Symbol.asyncDispose]())

  it.each([
    'x'.repeat(10_000),
    'a '.repeat(5_000),
    '語'.repeat(5_000),
    '('.repeat(10_000),
    '& | ! <-> :* \\ \' " % _ $1 {} [] ^ .* (?<x>)',
    "'; drop table catalog.repos; --",
    '\u202e\u2066\u0301\ufeff',
  ])('takes any text as a search: %.20s', async (q) => {
    for (const path of ['search?q=', 'facets/tag?q=', 'facets/author?contains=', 'search?explain=true&facet=tag&q=']) {
      expect((await api.get(`/api/v1/${path}${encodeURIComponent(q)}`)).status).toBe(200)
    }
  })

  it('refuses texts that are longer than 10,000 characters or hold NUL, and addresses that are longer than the limit', async () => {
    expect((await api.get(`/api/v1/search?q=${'x'.repeat(10_001)}`)).json).toMatchObject({
      status: 400,
      errors: [{ parameter: 'q' }],
    })
    expect((await api.get('/api/v1/search?q=%00')).status).toBe(400)
    expect((await api.get(`/api/v1/search?q=${'x'.repeat(200_000)}`)).status).toBe(431)
  })

  it.each([
    ['search?limit=0x10', 'limit'],
    ['search?limit=', 'limit'],
    ['search?limit=1001', 'limit'],
    ['search?limit=1&limit=2', 'limit'],
    ['search?sort=stars', 'sort'],
    ['search?colour=red', 'colour'],
    ['search?explain=maybe', 'explain'],
    ['events?since=yesterday', 'since'],
    ['events?type=exploded', 'type.0'],
    ['search.csv', undefined],
    ['compare?id=a&id=b&id=c&id=d&id=e&id=f&id=g', 'id'],
  ])('names the invalid parameter of %s', async (path, parameter) => {
    const { json } = await api.get(`/api/v1/${path}`)
    if (parameter === undefined) expect(json.code).toBe('not-found')
    else expect(json).toMatchObject({ code: 'invalid-request', errors: [{ parameter, detail: expect.any(String) }] })
  })

  it.each([
    ['search?facet=colour', /colour.*license/],
    ['search?filter=colour=red', /colour.*license/],
    ['search?filter=downloads=many..', /downloads/],
    ['search?histogram=license', /license.*downloads/],
    ['search?kind=kitten', /kitten.*model/],
    ['search?filter=license="', /quotation/],
  ])('explains what is unknown in %s', async (path, text) => {
    const { json } = await api.get(`/api/v1/${path}`)
    expect(json).toMatchObject({ status: 400, detail: expect.stringMatching(text) })
  })

  it.each([
    '/api/v1/../../etc/passwd',
    '/api/v1/%2e%2e/%2e%2e/etc/passwd',
    '/..%2f..%2fetc/passwd',
    '/api//v1/search',
    '/%ff',
    '/api/v1/repos/model/%ff',
  ])('finds nothing at %s', async (path) => {
    // A client would resolve the path.
    const answer = await exchange(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1.1 40[04] /)
    expect(answer).toContain('application/problem+json')
  })

  it('answers what is not HTTP, and outlives half requests', async () => {
    expect(await exchange('this is not HTTP\r\n\r\n')).toMatch(/^HTTP\/1.1 400 .*problem\+json/s)
    expect(await exchange(`GET /api/v1/search HTTP/1.1\r\nhost: localhost\r\nx: ${'y'.repeat(200_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 431 /,
    )
    for (const half of [
      'GET /api/v1/sea',
      'POST /api/v1/sql HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{"sql":',
    ]) {
      const socket = connect(Number(new URL(api.url).port), '127.0.0.1')
      await new Promise<void>((resolve) => socket.write(half, () => resolve()))
      socket.destroy()
    }
    expect(api.app.server.requestTimeout).toBe(30_000)
    expect((await api.get('/api/v1/search')).status).toBe(200)
  })

  it('refuses bodies of the wrong type, shape and length', async () => {
    expect((await api.post('/api/v1/sql', { sql: 7 })).status).toBe(400)
    expect((await api.post('/api/v1/sql', ['select 1'])).status).toBe(400)
    expect((await api.post('/api/v1/sql', { sql: 'select 1', as: 'postgres' })).status).toBe(400)
    expect((await api.post('/api/v1/sql', { sql: 'x' }, { 'content-type': 'text/plain' })).status).toBe(400)
    expect((await api.post('/api/v1/sql', { sql: `select '${'x'.repeat(1_050_000)}'` })).status).toBe(400)
    expect((await api.post('/api/v1/sql', { sql: 'x'.repeat(2_000_000) })).status).toBe(413)
    expect((await api.get('/api/v1/sql')).status).toBe(404)
  })

  it('explains an error in SQL with its place', async () => {
    const { json } = await api.post('/api/v1/sql', { sql: 'select 1\nfrom nothing' })
    expect(json).toMatchObject({ status: 400, code: 'query-refused', sqlState: '42P01', position: { line: 2, column: 6 } })
  })

  it('lets no SQL write, escalate or read beyond the views', async () => {
    const before = await catalog.rows('select count(*), max(changed_at) from catalog.repos')
    for (const { does, text, refusal } of attacks) {
      const { status: code, json } = await api.post('/api/v1/sql', { sql: text })
      expect([does, code < 500]).toEqual([does, true])
      if (refusal !== undefined) expect([does, json.sqlState ?? json.code]).toEqual([does, expect.stringMatching(refusal)])
    }
    expect(await catalog.rows('select count(*), max(changed_at) from catalog.repos')).toEqual(before)
  })

  it('stops SQL that sleeps or floods at its limits', async () => {
    expect((await api.post('/api/v1/sql', { sql: 'select pg_sleep(60)', timeoutMs: 50 })).json.code).toBe('query-timeout')
    const flood = await api.post('/api/v1/sql', {
      sql: `select repeat('x', 100000) from generate_series(1, 1000000)`,
    })
    expect(flood.json).toMatchObject({ truncatedBy: 'bytes' })
    const many = await api.post('/api/v1/sql', { sql: 'select n from generate_series(1, 1000000) n' })
    expect([many.json.rows.length, many.json.truncatedBy]).toEqual([1_000, 'rows'])
  })

  it('refuses SQL when too much of it waits', async () => {
    const query = { sql: 'select pg_sleep(0.1)' }
    const answers = await Promise.all(Array.from({ length: 64 }, () => api.post('/api/v1/sql', query)))
    const codes = new Set(answers.map(({ status: code, json }) => json.code ?? code))
    expect([...codes].toSorted()).toEqual([200, 'too-many-queries'])
  })

  it.skipIf(engine === 'embedded')('cancels SQL whose client has left', async () => {
    const running = `select count(*)::int from pg_stat_activity where query like '%run_query%' and state = 'active' and pid <> pg_backend_pid() and datname = current_database()`
    const slow = await startApi(catalog, hub.url, { sqlTimeoutMs: 600_000 })
    const agent = new Agent()
    const leaving = request(`${slow.url}/api/v1/sql`, {
      ...{ method: 'POST', dispatcher: agent, headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ sql: 'select pg_sleep(600)' }),
    }).catch(() => undefined)
    await eventually(async () => expect(await catalog.value(running)).toBe(1))
    await agent.destroy()
    await leaving
    await eventually(async () => expect(await catalog.value(running)).toBe(0))
    await slow[Symbol.asyncDispose]()
  })

  it('answers requests drawn from the schemas without a failure', async () => {
    const known = (await api.get('/api/v1/search?limit=3')).json.hits.map((hit: { kind: string; id: string }) => hit)
    const routes = API_ROUTES.filter(({ method, path }) => method === 'GET' && !path.startsWith('/api/v1/status'))
    const text = fc.oneof(
      fc.constantFrom('a', 'model', '1', '..', 'license=mit', 'downloads=1..', 'license', 'text', ''),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
    )
    const drawn = fc.constantFrom(...routes).chain((route) => {
      const names = Object.keys((route.query as z.ZodObject | undefined)?.shape ?? {})
      return fc.record({
        route: fc.constant(route),
        repo: fc.constantFrom(...known),
        name: text,
        query: fc.uniqueArray(fc.tuple(fc.constantFrom(...names, 'q'), text), { maxLength: 4 }),
      })
    })
    await fc.assert(
      fc.asyncProperty(drawn, async ({ route, repo, name, query }) => {
        const { kind, id } = repo as { kind: string; id: string }
        const path = route.path
          .replace('{kind}', kind)
          .replace('{id}', name.length % 2 === 0 ? id : encodeURIComponent(name))
          .replace(/\{\w+\}/, encodeURIComponent(name))
        const { status: code, text: answer } = await api.get(`${path}?${new URLSearchParams(query)}`)
        expect([path, query, code < 500 ? '' : answer]).toEqual([path, query, ''])
        if (
          code === 200 &&
          route.mediaTypes === undefined &&
          !answer.startsWith('"') &&
          query.every(([key]) => key !== 'format')
        ) {
          expect(route.answer.safeParse(JSON.parse(answer)).error).toBeUndefined()
        }
      }),
      { numRuns: 75 },
    )
    expect(api.events.filter(({ type }) => type === 'request-failed')).toEqual([])
  })

  it.runIf(engine === anyCatalogTarget[0]?.engine)(
    'holds a thousand event streams, sends each change once to each, and ends them when it stops',
    async () => {
      const server = await startApi(catalog, hub.url, { status: async () => status })
      const agent = new Agent({ connections: 1_000, pipelining: 1 })
      const streams = await Promise.all(
        Array.from({ length: 1_000 }, async () => {
          const { statusCode, headers, body } = await request(`${server.url}/api/v1/status/stream`, { dispatcher: agent })
          expect([statusCode, headers['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8'])
          return body
        }),
      )
      expect((await server.get('/api/v1/search')).status).toBe(200)
      const texts = streams.map((body) => body.text())
      await eventually(async () => expect(await openStreams(server)).toBe(1_000))
      await server.app.close()
      for (const text of await Promise.all(texts)) expect(text).toMatch(/^retry: 5000\n\n?event: status\ndata: \{"verdict"/)
      await agent.close()
      await server[Symbol.asyncDispose]()
    },
  )

  async function openStreams({ app }: ApiServer): Promise<number> {
    return await new Promise((resolve) => app.server.getConnections((_, count) => resolve(Math.min(count, 1_000))))
  }

  async function exchange(text: string): Promise<string> {
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1')
    socket.write(text)
    return await new Promise((resolve) => {
      let answer = ''
      socket.on('data', (chunk) => (answer += String(chunk)))
      socket.on('close', () => resolve(answer))
      socket.on('error', () => undefined)
    })
  }

  it.skipIf(engine === 'embedded')('answers 503 while the database is unreachable, and recovers', async () => {
    if (!('databaseUrl' in catalog.target)) return
    const way = await breakableWay({ engine: 'postgres', databaseUrl: catalog.target.databaseUrl, prefix: 'x' } as never)
    const { databaseUrl } = way.target as unknown as { databaseUrl: string }
    const connection = await openConnection({ databaseUrl })
    await using server = await startApi({ connection, db: connection.db }, hub.url)
    expect((await server.get('/api/v1/search')).status).toBe(200)
    way.cut()
    for (const path of ['search?q=a', 'events', 'repos/model/a/b', 'columns?name=a', 'views']) {
      const { status: code, json, headers } = await server.get(`/api/v1/${path}`)
      expect([path, code, json.code, headers['retry-after']]).toEqual([path, 503, 'catalog-unavailable', '5'])
      expect(json.detail).not.toMatch(/127\.0\.0\.1|postgres:/)
    }
    expect((await server.get('/livez')).status).toBe(200)
    await way.mend()
    await eventually(async () => expect((await server.get('/api/v1/search?q=a')).status).toBe(200))
    way.cut()
    await connection.close()
  })
})
