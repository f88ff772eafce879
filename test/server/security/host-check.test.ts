import { connect } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { createHealthServer } from '../../../src/server/health-server.ts'
import type { ServerAccess } from '../../../src/server/security/host-check.ts'
import { createServer } from '../../../src/server/server.ts'
import { createMetrics } from '../../../src/telemetry/metrics/metrics.ts'

const health = { pingDatabase: () => Promise.resolve() }
const metrics = createMetrics({ role: 'serve', version: '1' })
const PAGES = ['/', '/api/status', '/health', '/metrics', '/queues/', '/nothing']

function serverOf(access: Partial<ServerAccess>) {
  return createServer({
    about: { version: '1', endpoint: 'https://hub.example.com' },
    health,
    metrics,
    status: () => Promise.resolve({}),
    webhook: { secret: 'the secret of the webhook', refresh: () => Promise.resolve() },
    board: { token: undefined },
    emit: () => undefined,
    access: { host: '127.0.0.1', allowedHosts: [], trustedProxies: [], ...access },
  })
}

async function statusFor(host: string, access: Partial<ServerAccess> = {}, headers: Record<string, string> = {}) {
  const { statusCode } = await serverOf(access).inject({ url: '/health', headers: { host, ...headers } })
  return statusCode
}

describe('a server that listens only on this machine', () => {
  it.each([
    '127.0.0.1:8000',
    '127.0.0.1',
    'localhost:8000',
    'LOCALHOST',
    'localhost.:8000',
    'hubdex.localhost',
    '[::1]:8000',
    '[::1]',
    '192.168.1.5:8000',
    '[2001:db8::1]:8000',
  ])('accepts the name %s', async (host) => {
    expect(await statusFor(host)).toBe(200)
  })

  it.each([
    'evil.example',
    'evil.example:8000',
    'EVIL.example.:8000',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'notlocalhost',
    '1.2.3.4.nip.io',
    'server',
    '127.0.0.1:8000, evil.example',
    '127.0.0.1@evil.example',
    'evil.example#.localhost',
    'evil.example/localhost',
    'xn--evl-zva.example',
  ])('refuses the name %j, and says what to do', async (host) => {
    const { statusCode, body } = await serverOf({}).inject({ url: '/health', headers: { host } })
    expect(statusCode).toBe(421)
    expect(body).toMatch(/HUBDEX_ALLOWED_HOSTS|one Host header/)
  })

  it.each(PAGES)('refuses %s for another name', async (url) => {
    const { statusCode, body } = await serverOf({}).inject({ url, headers: { host: 'evil.example' } })
    expect([statusCode, Object.keys(JSON.parse(body))]).toEqual([421, ['type', 'title', 'status', 'code', 'detail']])
  })
})

describe('a server that other machines reach', () => {
  it('accepts the name that it listens on, names without a dot, and allowed names', async () => {
    const access = { host: 'Box.Example', allowedHosts: ['hubdex.example.com'] }
    for (const host of ['box.example:8000', 'server:8000', 'hubdex.example.com', 'HUBDEX.example.com.:443']) {
      expect([host, await statusFor(host, access)]).toEqual([host, 200])
    }
    for (const host of ['evil.example', 'www.hubdex.example.com', 'example.com']) {
      expect([host, await statusFor(host, access)]).toEqual([host, 421])
    }
  })

  it('checks forwarded names of trusted proxies only, and the Host header always', async () => {
    const access = { allowedHosts: ['hubdex.example.com'], trustedProxies: ['127.0.0.1'] }
    const forwarded = (name: string) => ({ 'x-forwarded-host': name })
    expect(await statusFor('127.0.0.1:8000', access, forwarded('hubdex.example.com'))).toBe(200)
    expect(await statusFor('127.0.0.1:8000', access, forwarded('evil.example'))).toBe(421)
    expect(await statusFor('evil.example', access, forwarded('hubdex.example.com'))).toBe(421)
    expect(await statusFor('127.0.0.1', {}, forwarded('evil.example'))).toBe(200)
    expect(await statusFor('evil.example', {}, forwarded('localhost'))).toBe(421)
  })

  it('accepts webhooks under any name, because their secret protects them', async () => {
    const deliver = (secret: string) =>
      serverOf({}).inject({
        method: 'POST',
        url: '/webhooks/hub',
        headers: { host: 'tunnel.example.net', 'x-webhook-secret': secret },
        payload: { repo: { type: 'kernel' } },
      })
    expect((await deliver('the secret of the webhook')).statusCode).toBe(200)
    expect((await deliver('wrong')).statusCode).toBe(401)
    const get = await serverOf({}).inject({ url: '/webhooks/hub', headers: { host: 'tunnel.example.net' } })
    expect(get.statusCode).toBe(421)
  })

  it('checks names without a page, too', async () => {
    const access = { host: '0.0.0.0', allowedHosts: [], trustedProxies: [] }
    const app = createHealthServer({ health, metrics, emit: () => undefined, access })
    for (const url of ['/', '/health', '/metrics']) {
      expect((await app.inject({ url, headers: { host: 'evil.example' } })).statusCode).toBe(421)
      expect((await app.inject({ url, headers: { host: 'worker-1:8001' } })).statusCode).toBe(200)
    }
  })
})

describe('requests that no browser sends', () => {
  const app = serverOf({})
  let port: Promise<number> | undefined
  afterAll(() => app.close())

  /** The status of the response to these lines, on a connection of their own. */
  async function rawStatus(lines: readonly string[]): Promise<number> {
    port ??= app.listen({ host: '127.0.0.1', port: 0 }).then((url) => Number(new URL(url).port))
    const socket = connect(await port, '127.0.0.1')
    socket.end(`${lines.join('\r\n')}\r\n\r\n`)
    let text = ''
    for await (const chunk of socket) text += String(chunk)
    return Number(text.split(' ', 2)[1])
  }

  it.each([
    ['without a Host', ['GET /health HTTP/1.0'], 421],
    ['with an empty Host', ['GET /health HTTP/1.1', 'Host:'], 421],
    ['with two Hosts', ['GET /health HTTP/1.1', 'Host: localhost', 'Host: evil.example'], 421],
    ['with a foreign URL as path', ['GET http://evil.example/health HTTP/1.1', 'Host: localhost'], 421],
    ['with a foreign URL and Host', ['GET http://evil.example/health HTTP/1.1', 'Host: evil.example'], 421],
    ['with a URL of this server', ['GET http://localhost/health HTTP/1.1', 'Host: localhost'], 200],
    ['with one Host', ['GET /health HTTP/1.0', 'hOST: localhost'], 200],
  ])('%s', async (_, lines, status) => {
    expect(await rawStatus(lines)).toBe(status)
  })
})
