import { describe, expect, it } from 'vitest'
import { clientNetworkOf } from '../../../src/server/security/client-network.ts'
import { WrongTries } from '../../../src/server/security/wrong-tries.ts'
import { createServer } from '../../../src/server/server.ts'
import type { ServerEvent } from '../../../src/telemetry/events.ts'
import { createMetrics } from '../../../src/telemetry/metrics/metrics.ts'

const TOKEN = 'the token of the operator'
/** The status of the dashboard without a shared queue, which only the signed-in operator gets. */
const SIGNED_IN = 404

/** A server whose clients come from any address. */
function serverWith({ trustedProxies = [], now = () => 0 }: { trustedProxies?: string[]; now?: () => number } = {}) {
  const events: ServerEvent[] = []
  const app = createServer({
    about: { version: '1', endpoint: 'https://hub.example.com' },
    health: { pingDatabase: () => Promise.resolve() },
    metrics: createMetrics({ role: 'serve', version: '1' }),
    status: () => Promise.resolve({}),
    webhook: { secret: undefined, refresh: () => Promise.resolve() },
    board: { token: TOKEN, now },
    emit: (event) => events.push(event),
    access: { host: '0.0.0.0', allowedHosts: [], trustedProxies },
  })
  const sign = async (token: string, remoteAddress = '10.0.0.1', headers: Record<string, string> = {}) => {
    const authorization = `Basic ${Buffer.from(`operator:${token}`).toString('base64')}`
    const { statusCode } = await app.inject({ url: '/queues/', remoteAddress, headers: { authorization, ...headers } })
    return statusCode
  }
  const fail = async (times: number, address: (index: number) => string, headers = (_: number) => '') => {
    const statuses: number[] = []
    for (let index = 0; index < times; index++) {
      const forwarded = { 'x-forwarded-for': headers(index) }
      statuses.push(await sign('wrong', address(index), forwarded))
    }
    return statuses
  }
  return { app, sign, fail, events }
}

describe('the operator', () => {
  it('signs in with the right token, even after wrong ones from the same address', async () => {
    const { sign, fail } = serverWith()
    expect(await sign(TOKEN)).toBe(SIGNED_IN)
    expect(await fail(12, () => '10.0.0.1')).toEqual([...Array(10).fill(401), 429, 429])
    expect(await sign(TOKEN)).toBe(SIGNED_IN)
    expect(await sign('wrong', '10.0.0.2')).toBe(401)
  })

  it('is asked for a token on every request without one', async () => {
    const { app } = serverWith()
    for (let visit = 0; visit < 20; visit++) expect((await app.inject('/queues/')).statusCode).toBe(401)
  })

  it('may try again a minute later', async () => {
    let nowMs = 0
    const { sign, fail } = serverWith({ now: () => nowMs })
    expect((await fail(11, () => '10.0.0.1')).at(-1)).toBe(429)
    nowMs = 60_000
    expect(await sign('wrong')).toBe(401)
  })

  it.each([
    ['addresses of one IPv6 /64', (index: number) => `2001:db8:0:1::${index.toString(16)}`],
    ['ways to write one IPv4 address', (index: number) => (index % 2 === 0 ? '10.0.0.1' : '::ffff:10.0.0.1')],
  ])('counts %s as one', async (_, address) => {
    const { fail, sign } = serverWith()
    expect((await fail(11, address)).at(-1)).toBe(429)
    expect(await sign('wrong', '2001:db8:0:2::1')).toBe(401)
  })

  it('shares a limit among further networks if there are too many to count', () => {
    const tries = new WrongTries(() => 0)
    const address = (index: number) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`
    const counted = Array.from({ length: 10_012 }, (_, index) => tries.count(address(index)))
    expect(counted.indexOf(true)).toBe(10_010)
    expect(tries.count('2001:db8::1')).toBe(true)
    expect(tries.count(address(0))).toBe(false)
  })

  it('is distinguished from other clients behind trusted proxies only', async () => {
    const client = (index: number) => `192.0.2.${index}`
    const trusting = serverWith({ trustedProxies: ['10.0.0.0/8'] })
    expect(await trusting.fail(12, () => '10.0.0.1', client)).not.toContain(429)
    // Values of the client itself stand before the one that the proxy adds.
    const forged = (index: number) => `192.0.2.${index}, 198.51.100.1`
    expect((await trusting.fail(11, () => '10.0.0.1', forged)).at(-1)).toBe(429)
    expect((await trusting.fail(11, () => '203.0.113.1', client)).at(-1)).toBe(429)
    expect((await serverWith().fail(11, () => '10.0.0.1', client)).at(-1)).toBe(429)
  })

  it('cannot change anything from pages of other sites', async () => {
    const { app } = serverWith({ trustedProxies: ['10.0.0.1'] })
    const order = async (headers: Record<string, string>) => {
      const authorization = `Bearer ${TOKEN}`
      const url = '/queues/api/queues/x/pause'
      const given = { authorization, host: '127.0.0.1:8000', ...headers }
      return (await app.inject({ method: 'PUT', url, headers: given, remoteAddress: '10.0.0.1' })).statusCode
    }
    expect(await order({ origin: 'https://evil.example' })).toBe(403)
    expect(await order({ origin: 'null' })).toBe(403)
    expect(await order({ 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:8000' })).toBe(403)
    expect(await order({ origin: 'http://127.0.0.1:8000' })).toBe(SIGNED_IN)
    expect(await order({ origin: 'http://hubdex', 'x-forwarded-host': 'hubdex' })).toBe(SIGNED_IN)
  })

  it('is not identified in events', async () => {
    const { fail, events } = serverWith()
    await fail(3, () => '10.0.0.1')
    expect(events).toEqual([{ type: 'sign-ins-refused', count: 1 }])
  })
})

describe('the network of a client', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['::1', '0:0:0:0::/64'],
    ['2001:DB8::', '2001:db8:0:0::/64'],
    ['2001:db8::2:3:4:5:6', '2001:db8:0:2::/64'],
    ['2001:0db8:0001:0002:3:4:5:6', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['unknown', 'unknown'],
    ['x'.repeat(10_000), 'unknown'],
  ])('of %s is %s', (address, network) => {
    expect(clientNetworkOf(address)).toBe(network)
  })
})
