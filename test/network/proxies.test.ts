import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createSecureContext } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import { BrokenAnswer, RetryLater } from '../../src/hub/errors.ts'
import type { Network } from '../../src/network/outbound-agent.ts'
import { MeilisearchConnection } from '../../src/search/meilisearch/server/connection.ts'
import { failureOf, sendJson, startClient, startServer } from '../hub/test-server.ts'
import { AUTHORITY, EXPIRED, GOOD, KEY, OF_ANOTHER_HOST } from '../support/certificates.ts'
import { startProxy } from '../support/forward-proxy.ts'

const REPO = { id: 'a/b' }

const startHub = () => startServer((_, response) => sendJson(response, REPO))

async function startTlsHub(cert = GOOD) {
  const server = createTlsServer({ key: KEY, cert }, (_, response) => sendJson(response, REPO))
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return `https://localhost:${(server.address() as AddressInfo).port}`
}

const trust = createSecureContext({ ca: [AUTHORITY] })

const through = (url: string, rest: Network['proxies'] = {}): Network => ({
  proxies: { http: { url, variable: 'HTTP_PROXY' }, https: { url, variable: 'HTTPS_PROXY' }, ...rest },
  trust,
})

async function askThrough(network: Network, endpoint = 'http://hub.example'): Promise<unknown> {
  const hub = startClient(endpoint, { network, retries: 0, connectTimeoutMs: 5_000 })
  return (await hub.repoDetail('model', 'a/b')).repo
}

const failureThrough = (network: Network, endpoint?: string) => failureOf(askThrough(network, endpoint))

test('A Hub is reached through the proxy of its scheme, over http with a request and over https with a tunnel', async () => {
  const plain = await startProxy({ target: (await startHub()).url })
  const tunnel = await startProxy({ target: await startTlsHub() })
  const network = through(plain.url, { https: { url: tunnel.url, variable: 'HTTPS_PROXY' } })
  expect(await askThrough(network)).toEqual(REPO)
  expect(await askThrough(network, 'https://hub.example')).toEqual(REPO)
  expect(plain.asked).toEqual(['GET http://hub.example/api/models/a/b'])
  expect(tunnel.asked).toEqual(['CONNECT hub.example:443'])
})

test('Only the proxy of its scheme is used', async () => {
  const proxy = await startProxy({ target: (await startHub()).url })
  const failure = await failureThrough({ proxies: { http: through(proxy.url).proxies?.http } }, 'https://hub.invalid')
  expect(String(failure)).toContain('https://hub.invalid ')
  expect(proxy.asked).toEqual([])
})

test('A proxy that requires a login gets user and password', async () => {
  const proxy = await startProxy({ target: (await startHub()).url, login: 'me:secret' })
  expect(await askThrough(through(proxy.url))).toEqual(REPO)
})

test('This machine and hosts in NO_PROXY are reached without the proxy', async () => {
  const hub = await startHub()
  const proxy = await startProxy({ target: hub.url })
  expect(await askThrough(through(proxy.url), hub.url)).toEqual(REPO)
  const direct = through(proxy.url, { none: 'other.example, .invalid' })
  expect(String(await failureThrough(direct, 'http://hub.invalid'))).toContain('http://hub.invalid ')
  expect(proxy.asked).toEqual([])
})

describe('The error about a failing proxy names it without its password:', () => {
  test('it requires another login', async () => {
    const { port } = await startProxy({ target: (await startHub()).url, login: 'me:right' })
    const network = through(`http://me:wrongSecret@127.0.0.1:${port}`)
    for (const endpoint of ['http://hub.example', 'https://hub.example']) {
      const failure = await failureThrough(network, endpoint)
      expect(failure).toBeInstanceOf(BrokenAnswer)
      expect(String(failure)).toMatch(/http:\/\/127.0.0.1:\d+ \(HTTPS?_PROXY\) .*407/)
      expect(inspected(failure)).not.toContain('wrongSecret')
    }
  })

  test('it forbids the host, or cannot reach it', async () => {
    const forbidding = await startProxy({ target: 'http://127.0.0.1:1', status: 403 })
    const broken = await startProxy({ target: 'http://127.0.0.1:1', status: 502 })
    const refused = await failureThrough(through(forbidding.url), 'https://hub.example')
    expect(refused).toBeInstanceOf(BrokenAnswer)
    expect(String(refused)).toMatch(/\(HTTPS_PROXY\) .*403.*NO_PROXY/)
    const passing = await failureThrough(through(broken.url), 'https://hub.example')
    expect(passing).toBeInstanceOf(RetryLater)
    expect(String(passing)).toMatch(/\(HTTPS_PROXY\) .*502/)
  })

  test('nothing listens there, or its name does not exist', async () => {
    for (const endpoint of ['http://hub.example', 'https://hub.example']) {
      const nobody = await failureThrough(through('http://me:topSecret@127.0.0.1:1'), endpoint)
      expect(nobody).toMatchObject({ isUnreachable: true })
      expect(String(nobody)).toMatch(/http:\/\/127.0.0.1:1 \(HTTPS?_PROXY\)/)
      expect(inspected(nobody)).not.toContain('topSecret')
      const unknown = await failureThrough(through('http://proxy.invalid:3128'), endpoint)
      expect(String(unknown)).toMatch(/http:\/\/proxy.invalid:3128 /)
    }
  })

  test('it speaks SOCKS', async () => {
    const network = through('socks5h://me:topSecret@127.0.0.1:1080')
    for (const endpoint of ['http://hub.example', 'https://hub.example']) {
      const failure = await failureThrough(network, endpoint)
      expect(failure).toBeInstanceOf(BrokenAnswer)
      expect(String(failure)).toMatch(/socks5h:\/\/127.0.0.1:1080 \(HTTPS?_PROXY\) .*SOCKS/)
      expect(inspected(failure)).not.toContain('topSecret')
    }
  })
})

function inspected(error: unknown): string {
  const { message, stack, cause } = error as Error
  return JSON.stringify([message, stack, String(cause), cause instanceof Error ? cause.stack : '', error])
}

test('A file on another host is fetched through the proxy without the token', async () => {
  const files = await startTlsHub()
  const filesProxy = await startProxy({ target: files })
  const hub = await startServer((_, response) => response.writeHead(302, { location: 'https://hub.example/file' }).end())
  const client = startClient(hub.url, { token: 'hf_veryVerySecret', network: through(filesProxy.url) })
  expect(String((await client.repoFile('model', 'a/b', 'f', { maxBytes: 100 })).bytes)).toBe(JSON.stringify(REPO))
  expect(filesProxy.asked).toEqual(['CONNECT hub.example:443'])
})

test('Meilisearch is reached through the proxy, unless it is on the local network', async () => {
  const engine = await startServer((_, response) => sendJson(response, { status: 'available' }))
  const proxy = await startProxy({ target: engine.url })
  const healthAt = (url: string): Promise<unknown> => {
    const connection = new MeilisearchConnection({ url, index: 'repos', network: through(proxy.url) })
    return connection.askOnce(() => connection.client.health())
  }
  expect(await healthAt('http://search.example:7700')).toEqual({ status: 'available' })
  expect(await healthAt(engine.url)).toEqual({ status: 'available' })
  await failureOf(healthAt('http://meilisearch-next-door:7700'))
  expect(proxy.asked).toEqual(['GET http://search.example:7700/health'])
})

describe('The error about a certificate says what is wrong:', () => {
  test.each([
    ['unknown issuer', GOOD, {}, /SSL_CERT_FILE.*NODE_EXTRA_CA_CERTS/],
    ['expired', EXPIRED, { trust }, /CERT_HAS_EXPIRED/],
    ['another host', OF_ANOTHER_HOST, { trust }, /ERR_TLS_CERT_ALTNAME_INVALID.*other\.example/],
  ])('%s', async (_, certificate, network, message) => {
    const failure = await failureThrough(network, await startTlsHub(certificate))
    expect(failure).toBeInstanceOf(BrokenAnswer)
    expect(String(failure)).toMatch(message)
  })

  test('no TLS', async () => {
    const { url } = await startHub()
    expect(String(await failureThrough({}, url.replace('http:', 'https:')))).toContain('ERR_SSL_')
  })

  test('behind a proxy', async () => {
    const proxy = await startProxy({ target: await startTlsHub(EXPIRED) })
    expect(String(await failureThrough(through(proxy.url), 'https://hub.example'))).toContain('CERT_HAS_EXPIRED')
  })
})

test('A certificate of an added authority is accepted', async () => {
  expect(await askThrough({ trust }, await startTlsHub())).toEqual(REPO)
})
