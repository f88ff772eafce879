import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'
import pTimeout from 'p-timeout'
import { QueueUnavailable } from '../../queue-unavailable.ts'
import { describeRedis, explainRedis } from './explain-redis.ts'

const OLDEST_VERSION = [6, 2] as const
const ANSWER_TIMEOUT_MS = 5000

/** A server that starts with much data on disk needs a while before it answers. */
const LOADING_TIMEOUT_MS = 30_000
const LOADING_RETRY_MS = 500

/** Checks that a Redis can hold tasks. @throws QueueUnavailable, which says why not and what to do */
export async function checkRedis(redisUrl: string, answerTimeoutMs = ANSWER_TIMEOUT_MS): Promise<void> {
  const deadlineMs = performance.now() + LOADING_TIMEOUT_MS
  for (;;) {
    const { info, errors } = await ask(redisUrl, answerTimeoutMs)
    const isLoading = /^loading:1/m.test(info) || errors.some((error) => /^LOADING/.test(String(error)))
    if (isLoading && performance.now() < deadlineMs) {
      await delay(LOADING_RETRY_MS)
      continue
    }
    if (info !== '') refuseUnfit(redisUrl, info)
    if (errors.length > 0) throw explainRedis(redisUrl, errors)
    return
  }
}

/** The server's INFO, and all errors: ioredis reports some of them only as events. */
async function ask(redisUrl: string, answerTimeoutMs: number): Promise<{ info: string; errors: unknown[] }> {
  const errors: unknown[] = []
  const client = new Redis(redisUrl, {
    lazyConnect: true,
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    connectTimeout: answerTimeoutMs,
  })
  client.on('error', (error) => errors.push(error))
  let info = ''
  const talk = async () => {
    await client.connect()
    info = await client.info()
    // Reads succeed on a replica, and when memory is full.
    await client.set('hubdex:check', '1', 'PX', 1000)
  }
  try {
    await pTimeout(talk(), { milliseconds: answerTimeoutMs, message: 'no answer' })
  } catch (error) {
    errors.push(error)
  } finally {
    client.disconnect()
  }
  return { info, errors }
}

function refuseUnfit(redisUrl: string, info: string): void {
  const where = describeRedis(redisUrl)
  const value = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? ''
  const version = value('redis_version')
  if (isOlder(version)) {
    throw new QueueUnavailable(
      'too-old',
      `${where} is version ${version}; ${OLDEST_VERSION.join('.')} or newer is required. Upgrade it, or use another server.`,
    )
  }
  if (value('cluster_enabled') === '1') {
    throw new QueueUnavailable(
      'is-cluster',
      `${where} runs in cluster mode; a single server, or a primary with replicas, is required. Use another server.`,
    )
  }
  const policy = value('maxmemory_policy')
  if (policy !== '' && policy !== 'noeviction') {
    throw new QueueUnavailable(
      'may-evict',
      `${where} may evict keys when its memory is full (maxmemory-policy ${policy}), and evicted tasks are lost. ` +
        'Expected noeviction: set it in redis.conf or in the settings of your provider, or run ' +
        '`redis-cli config set maxmemory-policy noeviction`. Use another server for caches.',
    )
  }
}

/** A server without a version counts as new: some that speak Redis's protocol report none. */
function isOlder(version: string): boolean {
  const [major = Number.NaN, minor = 0] = version.split('.').map(Number)
  return major < OLDEST_VERSION[0] || (major === OLDEST_VERSION[0] && minor < OLDEST_VERSION[1])
}
