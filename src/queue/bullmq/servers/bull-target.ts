import type { BullConnection } from './bull-connection.ts'
import { connectPostgres } from './postgres-server.ts'
import { connectRedis } from './redis-server.ts'

/** The server that holds BullMQ's queues, and the prefix of their names. */
export type BullTarget =
  | { engine: 'redis'; redisUrl: string; prefix: string }
  | { engine: 'postgres'; databaseUrl: string; prefix: string }

/** @throws QueueUnavailable when the server cannot hold tasks; its message says what to do */
export function connectBull(target: BullTarget): Promise<BullConnection> {
  return target.engine === 'redis' ? connectRedis(target.redisUrl, target.prefix) : connectPostgres(target.databaseUrl)
}
