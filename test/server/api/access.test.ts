import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ServerOptions } from '../../../src/server/server.ts'
import { requireAccessRules } from '../../../src/service/access-rules.ts'
import { openTestCatalog, type TestCatalog } from '../../support/catalog/catalog.ts'
import { environmentOf, hubdex } from '../../support/processes/hubdex.ts'
import { type ApiServer, startApi } from './api-server.ts'

const TOKEN = 'the token of the operator'
const BEARER = { authorization: `Bearer ${TOKEN}` }
const SQL = { sql: 'select 1 as one' }
/** Of the settings that rules come from. */
const NONE = { operatorToken: undefined, publicRead: false, corsOrigins: [] }

describe('access to the HTTP API', () => {
  let catalog: TestCatalog
  let api: ApiServer | undefined
  beforeAll(async () => {
    catalog = await openTestCatalog()
  })
  afterAll(() => catalog[Symbol.asyncDispose]())
  afterEach(() => api?.[Symbol.asyncDispose]())

  async function start(options: Partial<ServerOptions> = {}): Promise<ApiServer> {
    api = await startApi(catalog, 'https://hub.example.com', options)
    return api
  }
  const rulesFor = (settings: Partial<Parameters<typeof requireAccessRules>[0]>) =>
    requireAccessRules({ host: '127.0.0.1', ...NONE, ...settings })
  const EVERYWHERE = { host: '0.0.0.0', operatorToken: TOKEN }

  it.each<[string, Partial<Parameters<typeof requireAccessRules>[0]>, Record<string, number>]>([
    ['is open on loopback', {}, { read: 200, sql: 200, readWithToken: 200, sqlWithToken: 200 }],
    [
      'is open on loopback with a token, too',
      { operatorToken: TOKEN },
      { read: 200, sql: 200, readWithToken: 200, sqlWithToken: 200 },
    ],
    ['needs the token elsewhere', EVERYWHERE, { read: 401, sql: 401, readWithToken: 200, sqlWithToken: 200 }],
    [
      'is public for reading if so set',
      { ...EVERYWHERE, publicRead: true },
      { read: 200, sql: 401, readWithToken: 200, sqlWithToken: 200 },
    ],
    [
      'has no SQL if reading is public and there is no token',
      { host: '0.0.0.0', publicRead: true },
      { read: 200, sql: 403, readWithToken: 200, sqlWithToken: 403 },
    ],
    [
      'keeps SQL behind the token if loopback is declared public',
      { operatorToken: TOKEN, publicRead: true },
      { read: 200, sql: 401, readWithToken: 200, sqlWithToken: 200 },
    ],
  ])('%s', async (_, settings, expected) => {
    const { get, post } = await start({ rules: rulesFor(settings) })
    expect({
      read: (await get('/api/v1/search')).status,
      sql: (await post('/api/v1/sql', SQL)).status,
      readWithToken: (await get('/api/v1/search', BEARER)).status,
      sqlWithToken: (await post('/api/v1/sql', SQL, BEARER)).status,
    }).toEqual(expected)
    const retry = async (headers = {}) => (await post('/api/v1/failures/retry', { cause: 'timeout' }, headers)).status
    expect([await retry(), await retry(BEARER)]).toEqual([expected['sql'], expected['sqlWithToken']])
    expect(await retry({ ...BEARER, 'sec-fetch-site': 'cross-site' })).toBe(403)
    for (const path of ['/livez', '/readyz', '/health', '/metrics']) expect((await get(path)).status).toBe(200)
    const isOpen = expected['read'] === 200
    for (const path of [
      '/',
      '/api',
      '/api/openapi.json',
      '/api/status',
      '/api/v1/status',
      '/feeds/search.atom',
      '/api/v1/queries',
    ]) {
      expect([path, (await get(path)).status]).toEqual([path, isOpen ? 200 : 401])
    }
  })

  it.each(['0.0.0.0', '::', '192.168.1.5', 'hubdex.internal'])(
    'is refused at the start on %s without a token',
    async (host) => {
      const environment = { ...environmentOf(catalog), HUBDEX_HOST: host, HUBDEX_PORT: '0' }
      const { code, stderr } = await hubdex(['up'], environment)
      expect(code).toBe(2)
      expect(stderr).toMatch(/HUBDEX_OPERATOR_TOKEN.*HUBDEX_PUBLIC_READ/s)
    },
  )

  it.each(['hubdex', '/a/../b', '/a b', '//x', '/a?b'])('refuses the base path %j', async (path) => {
    const { code, stderr } = await hubdex(['status'], { ...environmentOf(catalog), HUBDEX_BASE_PATH: path })
    expect([code, stderr]).toEqual([2, expect.stringContaining('HUBDEX_BASE_PATH')])
  })

  it('answers wrong tokens in a loop with 401, then 429, and the right one always', async () => {
    const { get, events } = await start({ rules: rulesFor(EVERYWHERE) })
    const statuses: number[] = []
    for (let index = 0; index < 12; index++) {
      statuses.push((await get('/api/v1/search', { authorization: `Bearer wrong ${index}` })).status)
    }
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429])
    expect((await get('/api/v1/search', BEARER)).status).toBe(200)
    expect(events).toEqual([{ type: 'sign-ins-refused', count: 1 }])
  })

  it('ignores a token of another service where none is needed', async () => {
    const { get } = await start({ rules: rulesFor({ operatorToken: TOKEN }) })
    expect((await get('/api/v1/search', { authorization: 'Bearer hf_xxx' })).status).toBe(200)
  })

  it('lets a browser sign in, and leads it back to a page of this server only', async () => {
    const { get } = await start({ rules: rulesFor(EVERYWHERE), basePath: '/hubdex' })
    const asked = await get('/sign-in?next=/x')
    expect([asked.status, asked.headers['www-authenticate']]).toEqual([401, expect.stringContaining('Basic')])
    const basic = { authorization: `Basic ${Buffer.from(`any:${TOKEN}`).toString('base64')}` }
    const locationFor = async (next: string) =>
      (await get(`/sign-in?next=${encodeURIComponent(next)}`, basic)).headers['location']
    expect(await locationFor('/hubdex/search?q=a&b=c')).toBe('/hubdex/search?q=a&b=c')
    for (const next of ['//evil.example', '/\\evil.example', 'https://evil.example', '/a\r\nx: y', '', 'javascript:1']) {
      expect([next, await locationFor(next)]).toEqual([next, '/hubdex/'])
    }
    const access = await get('/api/v1/access', basic)
    expect(access.json).toMatchObject({ isSignedIn: true, canRunSql: true, signIn: '/hubdex/sign-in' })
  })

  it('does nothing for pages of other sites', async () => {
    const { post } = await start()
    const sites: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
    ]
    for (const headers of sites) {
      const { status, json } = await post('/api/v1/sql', SQL, headers)
      expect([status, json.code]).toEqual([403, 'other-site'])
    }
    expect((await post('/api/v1/sql', SQL, { 'sec-fetch-site': 'same-origin' })).status).toBe(200)
  })

  it('has no CORS headers unless origins are set, and then for these only', async () => {
    const closed = await start()
    expect((await closed.get('/api/v1/queries', { origin: 'https://app.example.com' })).headers).not.toHaveProperty(
      'access-control-allow-origin',
    )
    await closed[Symbol.asyncDispose]()
    const open = await start({ rules: rulesFor({ corsOrigins: ['https://app.example.com'] }) })
    const allowed = await open.get('/api/v1/queries', { origin: 'https://app.example.com' })
    expect(allowed.headers['access-control-allow-origin']).toBe('https://app.example.com')
    expect((await open.get('/api/v1/queries', { origin: 'https://evil.example' })).headers).not.toHaveProperty(
      'access-control-allow-origin',
    )
    const headers = { origin: 'https://app.example.com', 'sec-fetch-site': 'cross-site' }
    expect((await open.post('/api/v1/sql', SQL, headers)).status).toBe(200)
    expect((await open.post('/api/v1/sql', SQL, { ...headers, origin: 'https://evil.example' })).status).toBe(403)
  })

  it('limits requests per network of clients, but not those of the operator and of monitors', async () => {
    const { get } = await start({ rules: rulesFor({ operatorToken: TOKEN }), requestsPerMinute: 3 })
    const statuses: number[] = []
    for (let index = 0; index < 5; index++) statuses.push((await get('/api/v1/queries')).status)
    expect(statuses).toEqual([200, 200, 200, 429, 429])
    const refused = await get('/api/v1/search')
    expect([refused.json.code, Number(refused.headers['retry-after'])]).toEqual(['rate-limited', expect.any(Number)])
    expect((await get('/api/v1/queries', BEARER)).status).toBe(200)
    expect((await get('/livez')).status).toBe(200)
  })

  it('sends headers that keep browsers safe, on pages, answers and errors', async () => {
    const { get } = await start()
    for (const path of ['/', '/api', '/api/v1/queries', '/nothing', '/api/v1/search?limit=x']) {
      const { headers } = await get(path)
      const policy = String(headers['content-security-policy'])
      expect([path, headers['x-content-type-options'], headers['referrer-policy']]).toEqual([path, 'nosniff', 'no-referrer'])
      expect(policy).toMatch(/default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/)
      expect(policy).not.toContain('unsafe')
    }
    for (const path of ['/', '/api'])
      expect((await get(path)).text).not.toMatch(/<script(?![^>]* src="\.)|<style|style=|\son\w+=|https?:\/\/(?!hub\.example)/i)
  })

  it('compresses long answers', async () => {
    const { get } = await start()
    for (const encoding of ['br', 'gzip']) {
      expect((await get('/api', { 'accept-encoding': encoding })).headers['content-encoding']).toBe(encoding)
    }
  })

  it('is reached under its base path, whether a proxy removes it or not', async () => {
    const { get } = await start({ basePath: '/tools/hubdex' })
    for (const prefix of ['', '/tools/hubdex']) {
      expect((await get(`${prefix}/api/v1/queries`)).status).toBe(200)
      expect((await get(`${prefix}/?x=y`)).text).toContain('<base href="/tools/hubdex/">')
    }
    expect((await get('/tools/hubdex')).status).toBe(200)
    expect((await get('/tools/hubdexes/livez')).json.type).toBe('/tools/hubdex/api#not-found')
    expect((await get('/api/openapi.json')).json.servers).toEqual([{ url: '/tools/hubdex' }])
  })
})
