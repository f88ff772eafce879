import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { settingsTable } from '../../src/config/settings.ts'
import { anyCatalogTarget, type TestTarget } from '../support/catalog/embedded.ts'
import { environmentOf, hubdex } from '../support/processes/hubdex.ts'

const TOKEN = 'hf_PlantedTokenOfTheHub0123456789abcd'
const KEY = 'planted-key-of-meilisearch-0123456789'
const PASSWORD = 'plAnted/p@ss#0123'
const ENCODED = encodeURIComponent(PASSWORD)
/** Must appear nowhere: the secrets and telling parts of them. */
const PLANTED = /PlantedToken|planted-key|plAnted|p%40ss|cGxBbnRlZC9wQHNz/i

const folder = join(inject('scratchDirectory'), `secrets-${randomUUID()}`)
const file = (content: string) => {
  const path = join(folder, randomUUID())
  writeFileSync(path, content)
  return path
}

/** The secrets in correct, misplaced and malformed values. */
const VALUES = [
  TOKEN,
  `${TOKEN},${TOKEN}x`,
  ` ${TOKEN} with a blank`,
  ...['postgres', 'redis', 'https'].flatMap((scheme) => [
    `${scheme}://user:${ENCODED}@127.0.0.1:1/db`,
    `${scheme}://user:${PASSWORD}@127.0.0.1:1/db`,
    `${scheme}:/user:${PASSWORD}@127.0.0.1:1/db`,
    `${scheme}:user:${PASSWORD}@127.0.0.1:1/db`,
    `${scheme}://${TOKEN}@127.0.0.1:1`,
    `${scheme}://127.0.0.1:1/db?password=${ENCODED}`,
    `${scheme}://127.0.0.1:1/db?token=${TOKEN}`,
  ]),
  `host=127.0.0.1 port=1 user=user password='${PASSWORD}'`,
  `user:${PASSWORD}@127.0.0.1:1`,
]

beforeAll(() => mkdirSync(folder, { recursive: true }))

async function outputOf(commandLine: readonly string[], environment: Record<string, string> = {}): Promise<string> {
  const { stdout, stderr } = await hubdex(commandLine, { HUBDEX_DATA_DIR: join(folder, 'none'), ...environment })
  return stdout + stderr
}

const refuses = ({ type }: (typeof settingsTable)[number], value: string) => type.read(value) === undefined

type Named = Pick<(typeof settingsTable)[number], 'env' | 'name'>

const environmentWith = (settings: readonly Named[], value: string) =>
  Object.fromEntries(settings.map(({ env }) => [env, value]))
const fileWith = (settings: readonly Named[], value: string) =>
  file(JSON.stringify(Object.fromEntries(settings.map(({ name }) => [name, value]))))

/** Ways to give settings a value, each with what `hubdex config` then shows. */
const WAYS: readonly ((settings: readonly Named[], value: string) => Promise<string>)[] = [
  (settings, value) => outputOf(['config'], environmentWith(settings, value)),
  (settings, value) => outputOf(['config', '--json'], environmentWith(settings, value)),
  (settings, value) => outputOf(['config', '--config', fileWith(settings, value)]),
]

/** Ways to give secrets a value, which may also be in a file of its own. */
const SECRET_WAYS: typeof WAYS = [
  ...WAYS,
  ([secret], value) => outputOf(['config'], { [`${secret?.env}_FILE`]: file(`${value}\n`) }),
  ([secret], value) => outputOf(['config'], { [`${secret?.env}_FILE`]: value }),
]

async function outputsWith(settings: readonly Named[], value: string): Promise<string> {
  return (await Promise.all(WAYS.map((way) => way(settings, value)))).join('\n')
}

describe('a secret is never shown', () => {
  it.each(VALUES.map((value, index) => [index, value] as const))('from settings that refuse value %i', async (_, value) => {
    // A run reports all settings that it refuses. The value of a setting that is a secret would be masked for the others, too.
    const refusing = settingsTable.filter((setting) => !setting.secret && refuses(setting, value))
    const output = await outputsWith(refusing, value)
    expect(output).not.toMatch(PLANTED)
    for (const { name, env } of refusing) expect(output, value).toMatch(new RegExp(`${env}|${name}`))
  })

  it.each(VALUES.map((value, index) => [index, value] as const))('from settings that accept value %i', async (_, value) => {
    const accepting = settingsTable.filter((setting) => !setting.secret && !refuses(setting, value))
    expect(await outputsWith(accepting, value)).not.toMatch(PLANTED)
  })

  const secrets = settingsTable.filter(({ secret }) => secret)
  // Every secret with every value, and both in every way. All combinations of the three would take five times as long.
  it.each(secrets.map((setting, place) => [setting.env, setting, place] as const))('from %s', async (_, setting, place) => {
    for (const [index, value] of VALUES.entries()) {
      const chosen = (index + place) % SECRET_WAYS.length
      const output = await SECRET_WAYS[chosen]?.([setting], value)
      expect(output, `way ${chosen}: ${value}`).not.toBe('')
      expect(output, `way ${chosen}: ${value}`).not.toMatch(PLANTED)
    }
  })

  it('from an option, a parameter, or a file that is not a settings file', async () => {
    for (const value of VALUES) {
      const commandLines = [
        ['config', '--endpoint', value],
        ['config', '--data-dir', value],
        ['config', `--token=${value}`],
        ['config', '--config', file(`HF_TOKEN=${value}`)],
        ['config', '--config', file(JSON.stringify(value))],
        ['config', '--config', file(`{"${value}": 1, `)],
        ['sample-hub', '--webhook', `x${value}`],
        ['search', '--help', value],
      ]
      for (const commandLine of commandLines) expect(await outputOf(commandLine), value).not.toMatch(PLANTED)
    }
  })
})

describe.each(anyCatalogTarget)('a secret is never shown after a failure ($engine)', ({ create }) => {
  let target: TestTarget
  const servers: Server[] = []
  const started = async (server: Server) => {
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }
  /** A server whose responses repeat the headers of the request. */
  const echoing = (status: number) =>
    createHttpServer((request, answer) => {
      const said = JSON.stringify({ error: `got ${request.headers.authorization}`, message: request.rawHeaders.join() })
      answer.writeHead(status, { 'content-type': 'application/json', 'x-error-message': said }).end(said)
    })
  /** A server that always responds with a Postgres error that quotes secrets. */
  const postgres = createTcpServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => {
      const fields = `SFATAL\0C28P01\0Mpassword authentication failed: ${PASSWORD} ${ENCODED}\0\0`
      const message = Buffer.concat([Buffer.from('E'), Buffer.alloc(4), Buffer.from(fields)])
      message.writeInt32BE(message.length - 1, 1)
      socket.end(message)
    })
  })
  const redis = createTcpServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (sent) => socket.write(`-ERR you sent ${String(sent).replaceAll(/\s+/g, ' ')}\r\n`.repeat(3)))
  })
  let ports: { refusing: number; failing: number; postgres: number; redis: number }

  beforeAll(async () => {
    target = await create()
    ports = {
      refusing: await started(echoing(401)),
      failing: await started(echoing(500)),
      postgres: await started(postgres),
      redis: await started(redis),
    }
  })
  afterAll(async () => {
    for (const server of servers) server.close()
    await target.remove()
  })

  const dead = 1
  it.each([
    ['a Hub that refuses', ['crawl', 'models'], () => ({ HF_ENDPOINT: `http://127.0.0.1:${ports.refusing}` })],
    ['a Hub that fails', ['crawl', 'models'], () => ({ HF_ENDPOINT: `http://127.0.0.1:${ports.failing}` })],
    ['no Hub', ['crawl', 'models', '--json'], () => ({ HF_ENDPOINT: `http://127.0.0.1:${dead}` })],
    ['a Meilisearch that refuses', ['search', 'x'], () => ({ MEILI_URL: `http://127.0.0.1:${ports.refusing}` })],
    ['a Meilisearch that fails', ['status'], () => ({ MEILI_URL: `http://127.0.0.1:${ports.failing}` })],
    ['no Meilisearch', ['status', '--json'], () => ({ MEILI_URL: `http://127.0.0.1:${dead}` })],
    ['a Postgres that refuses', ['sql', 'select 1'], () => ({ DATABASE_URL: databaseUrl(ports.postgres) })],
    ['no Postgres', ['sql', 'select 1'], () => ({ DATABASE_URL: databaseUrl(dead) })],
    ['a Redis that refuses', ['up'], () => ({ REDIS_URL: redisUrl(ports.redis) })],
    ['a Redis that refuses, in JSON', ['up'], () => ({ REDIS_URL: redisUrl(ports.redis), HUBDEX_LOG_FORMAT: 'json' })],
  ])('of %s', async (_, commandLine, addresses) => {
    const environment = {
      HF_TOKEN: TOKEN,
      ...environmentOf(target),
      HUBDEX_RETRIES: '0',
      HUBDEX_LOG_LEVEL: 'debug',
      HUBDEX_PORT: '0',
      HUBDEX_OPERATOR_TOKEN: `${KEY}-of-the-operator`,
      HUBDEX_WEBHOOK_SECRET: `${KEY}-of-the-webhook`,
      PGPASSWORD: PASSWORD,
      https_proxy: `http://user:${ENCODED}@127.0.0.1:1`,
      ...addresses(),
    }
    const given = 'MEILI_URL' in environment ? { ...environment, MEILI_API_KEY: KEY } : environment
    const output = await outputOf(commandLine, given)
    expect(output).not.toBe('')
    expect(output).not.toMatch(PLANTED)
  })
})

function databaseUrl(port: number): string {
  return `postgres://user:${ENCODED}@127.0.0.1:${port}/hubdex?sslpassword=${ENCODED}`
}

function redisUrl(port: number): string {
  return `redis://user:${ENCODED}@127.0.0.1:${port}/0`
}
