import { createRedisBackend } from 'bullmq'
import { Redis, type RedisOptions } from 'ioredis'
import type { BullConnection } from './bull-connection.ts'
import { checkRedis } from './check-redis.ts'

const CONNECT_TIMEOUT_MS = 5000
const COMMAND_TIMEOUT_MS = 5000
const LONGEST_RECONNECT_DELAY_MS = 1000

/** @throws QueueUnavailable when it cannot hold tasks */
export async function connectRedis(redisUrl: string, prefix: string): Promise<BullConnection> {
  await checkRedis(redisUrl)
  const impatient = connect(redisUrl, { maxRetriesPerRequest: 1, commandTimeout: COMMAND_TIMEOUT_MS })
  const patient = connect(redisUrl, { maxRetriesPerRequest: null })
  const copies = trackCopies(patient)
  return {
    engine: 'redis',
    backend: createRedisBackend as BullConnection['backend'],
    forQueues: { connection: impatient, prefix, skipVersionCheck: true },
    forWorker: () => ({ connection: patient, prefix }),
    ping: async () => void (await impatient.ping()),
    // A full server, or one that became a replica, still answers a ping.
    probe: async () => void (await impatient.set(`${prefix}:probe`, '1', 'PX', 1000)),
    close: async () => {
      for (const client of [impatient, patient, ...copies]) client.disconnect()
    },
  }
}

function connect(redisUrl: string, options: RedisOptions): Redis {
  const client = new Redis(redisUrl, {
    connectTimeout: CONNECT_TIMEOUT_MS,
    // Detects connections that break silently.
    keepAlive: 10_000,
    retryStrategy: (attempts) => Math.min(attempts * 100, LONGEST_RECONNECT_DELAY_MS),
    ...options,
  })
  // Workers and queues report errors. Without a listener, ioredis writes them to the terminal.
  return client.on('error', () => undefined)
}

/** BullMQ copies the client for each worker, and cannot close a copy that is reconnecting. */
function trackCopies(client: Redis): Set<Redis> {
  const copies = new Set<Redis>()
  const duplicate = client.duplicate.bind(client)
  client.duplicate = (override) => {
    const copy = duplicate(override)
    copies.add(copy.on('error', () => undefined))
    copy.once('end', () => copies.delete(copy))
    return copy
  }
  return copies
}
