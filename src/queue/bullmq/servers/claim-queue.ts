import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import pTimeout from 'p-timeout'
import { z } from 'zod'
import { OtherQueue } from '../../other-queue.ts'
import type { BullTarget } from './bull-target.ts'
import { describeRedis, explainRedis } from './explain-redis.ts'

/** Whose tasks a queue carries. */
export interface QueueOwner {
  catalogId: string
  /** What people recognize the catalog by, as part of a sentence. */
  catalog: string
}

const ANSWER_TIMEOUT_MS = 5000

const claimSchema = z.object({ catalogId: z.string(), catalog: z.string(), queue: z.string() })

/**
 * Makes a queue that of a catalog, if it is nobody's. Two catalogs on one would each do the other's tasks, and hardly
 * anything would say so. To be asked again now and then: a Redis that was wiped has forgotten it.
 *
 * @returns the name of the queue itself, by which processes know that they use the same one
 * @throws OtherQueue when it is that of another catalog, QueueUnavailable when its server cannot be asked
 */
export async function claimQueue(target: BullTarget, owner: QueueOwner): Promise<string> {
  // A queue on Postgres stands in the database of its catalog.
  if (target.engine === 'postgres') return `postgres ${target.prefix}`
  const { redisUrl, prefix } = target
  const key = `${prefix}:catalog`
  const found = await setOnce(redisUrl, key, JSON.stringify({ ...owner, queue: randomUUID() }))
  const claim = claimSchema.safeParse(readJson(found)).data
  if (claim?.catalogId === owner.catalogId) return `redis ${claim.queue}`
  throw new OtherQueue(
    `${describeRedis(redisUrl)} carries the tasks of ${claim?.catalog ?? 'something else'} under the prefix ${prefix}, and ` +
      `this process works on ${owner.catalog}; expected a queue for each catalog. Give one of them another prefix ` +
      `(HUBDEX_QUEUE_PREFIX). If that other catalog is no more: redis-cli del ${key}.`,
  )
}

/** @returns what the key holds afterwards */
async function setOnce(redisUrl: string, key: string, value: string): Promise<string> {
  const errors: unknown[] = []
  const client = new Redis(redisUrl, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null })
  client.on('error', (error) => errors.push(error))
  const talk = async () => {
    await client.connect()
    await client.set(key, value, 'NX')
    return (await client.get(key)) ?? value
  }
  try {
    return await pTimeout(talk(), { milliseconds: ANSWER_TIMEOUT_MS, message: 'no answer' })
  } catch (error) {
    throw explainRedis(redisUrl, [...errors, error])
  } finally {
    client.disconnect()
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
