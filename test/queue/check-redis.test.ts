import { createServer, type Server } from 'node:net'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { checkRedis } from '../../src/queue/bullmq/servers/check-redis.ts'
import type { QueueUnavailable } from '../../src/queue/queue-unavailable.ts'
import { startLocalRedis } from '../support/servers/local-redis.ts'
import { freePort, type ThrowawayServer } from '../support/servers/throwaway-server.ts'

const PASSWORD = 'not-to-be-shown'

/** The error for a server that cannot be used, else undefined. */
async function complaint(redisUrl: string, answerTimeoutMs?: number): Promise<{ code: string; message: string } | undefined> {
  return await checkRedis(redisUrl, answerTimeoutMs).then(
    () => undefined,
    (error: QueueUnavailable) => {
      expect(error.name).toBe('QueueUnavailable')
      expect(error.message).not.toContain(PASSWORD)
      return { code: error.code, message: error.message }
    },
  )
}

// A server of its own, whose settings can be changed.
const server: ThrowawayServer | undefined = await startLocalRedis()
afterAll(() => server?.stop())

describe.skipIf(server === undefined)('a Redis that cannot carry tasks', () => {
  let admin: Redis
  let changed: [string, string][] = []

  beforeAll(() => {
    admin = new Redis(url())
  })
  afterEach(async () => {
    await admin.call('REPLICAOF', 'NO', 'ONE')
    for (const [name, value] of changed) await admin.config('SET', name, value)
    changed = []
  })
  afterAll(() => admin.disconnect())

  const url = (change: (url: URL) => void = () => undefined): string => {
    const given = new URL(server?.url ?? '')
    change(given)
    return given.href
  }

  /** Changes a setting until the end of the test. */
  async function set(name: string, value: string): Promise<void> {
    const [, before = ''] = (await admin.config('GET', name)) as string[]
    changed.push([name, before])
    await admin.config('SET', name, value)
  }

  it('is not one with the required settings', async () => {
    expect(await complaint(url())).toBeUndefined()
  })

  it.each([
    ['may evict tasks', 'maxmemory-policy', 'allkeys-lru', 'may-evict', 'noeviction'],
    ['may evict tasks that expire', 'maxmemory-policy', 'volatile-ttl', 'may-evict', 'noeviction'],
    ['is full', 'maxmemory', '1', 'out-of-memory', 'maxmemory'],
    ['requires a password', 'requirepass', PASSWORD, 'password-missing', 'REDIS_URL'],
  ])('%s', async (_, name, value, code, advice) => {
    await set(name, value)
    expect(await complaint(url())).toEqual({ code, message: expect.stringContaining(advice) })
  })

  it('refuses the password', async () => {
    await set('requirepass', 'another')
    expect(await complaint(url((given) => Object.assign(given, { password: PASSWORD })))).toMatchObject({
      code: 'password-refused',
    })
  })

  it('is a read-only replica', async () => {
    await admin.call('REPLICAOF', '127.0.0.1', String(await freePort()))
    expect(await complaint(url())).toMatchObject({ code: 'read-only' })
  })

  it('lacks the database', async () => {
    expect(await complaint(url((given) => Object.assign(given, { pathname: '/100000' })))).toMatchObject({
      code: 'no-such-database',
    })
  })

  it('does not use TLS', async () => {
    expect(await complaint(url().replace('redis:', 'rediss:'), 500)).toMatchObject({ code: 'tls-unsupported' })
  })
})

describe('the server at REDIS_URL', () => {
  let servers: Server[] = []

  afterEach(() => {
    for (const server of servers) server.close()
    servers = []
  })

  /** A server that gives these answers to whatever it receives; undefined closes the connection. */
  async function listening(answer: (sent: string) => string | undefined): Promise<string> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.on('data', (sent) => {
        const text = answer(String(sent))
        if (text === undefined) socket.destroy()
        else socket.write(text)
      })
    })
    servers.push(server)
    const port = await freePort()
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    return `redis://127.0.0.1:${port}`
  }

  /** A Redis with this INFO that accepts every other command. */
  const redisThatSays = (info: string) =>
    listening((sent) =>
      [...sent.matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)]
        .map(([, command]) => (command?.toLowerCase() === 'info' ? `$${info.length}\r\n${info}\r\n` : '+OK\r\n'))
        .join(''),
    )

  it('may be too old', async () => {
    for (const version of ['5.0.14', '6.0.20']) {
      const message = expect.stringMatching(`${version}.* 6\\.2 `)
      expect(await complaint(await redisThatSays(`redis_version:${version}\r\n`))).toEqual({ code: 'too-old', message })
    }
    expect(await complaint(await redisThatSays('redis_version:6.2.0\r\n'))).toBeUndefined()
  })

  it('may be in cluster mode', async () => {
    expect(await complaint(await redisThatSays('redis_version:8.0.0\r\ncluster_enabled:1\r\n'))).toMatchObject({
      code: 'is-cluster',
    })
  })

  it('may not exist', async () => {
    const port = await freePort()
    expect(await complaint(`redis://:${PASSWORD}@127.0.0.1:${port}`)).toEqual({
      code: 'connection-refused',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    })
  })

  it('may have an unknown host name', async () => {
    const { code } = (await complaint('redis://no-such-host.invalid:6379')) ?? {}
    expect(['no-such-host', 'unresolved-host']).toContain(code)
  })

  it('may speak another protocol', async () => {
    expect(await complaint(await listening(() => 'HTTP/1.1 400 Bad Request\r\n\r\n'))).toMatchObject({
      code: 'wrong-protocol',
    })
  })

  it('may be a Postgres, which closes the connection as a Redis that requires TLS does', async () => {
    const postgresUrl = inject('postgresUrl')
    const redisUrl = postgresUrl === undefined ? await listening(() => undefined) : `redis://${new URL(postgresUrl).host}`
    expect(await complaint(redisUrl)).toMatchObject({ code: 'disconnected' })
  })
})
