import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import pTimeout from 'p-timeout'
import { z } from 'zod'
import { OtherQueue } from '../../other-queue.ts'
import type { BullTarget } from './bull-target.ts'
import { describeRedis, explainRedis } from './explain-redis.ts'

/** The catalog whose tasks a queue holds. */
export interface QueueOwner {
  catalogId: string
  /** Names the catalog for people, as part of a sentence. */
  catalog: string
}

const ANSWER_TIMEOUT_MS = 5000

const claimSchema = z.object({ catalogId: z.string(), catalog: z.string(), queue: z.string() })

/**
 * Claims a queue for a catalog. Two catalogs on one queue would do each other's tasks, almost without a sign of it. Call it
 * again periodically: a wiped Redis forgets the claim.
 *
 * @returns the name of the queue, by which processes know that they use the same one
 * @throws OtherQueue when another catalog has claimed it, QueueUnavailable when its server cannot be asked
 */
export async function claimQueue(target: BullTarget, owner: QueueOwner): Promise<string> {
  // A queue on Postgres is in the database of its catalog.
  if (target.engine === 'postgres') return `postgres ${target.prefix}`
  const { redisUrl, prefix } = target
  const key = `${prefix}:catalog`
  const found = await setOnce(redisUrl, key, JSON.stringify({ ...owner, queue: randomUUID() }))
  const claim = claimSchema.safeParse(readJson(found)).data
  if (claim?.catalogId === owner.catalogId) return `redis ${claim.queue}`
  throw new OtherQueue(
    `${describeRedis(redisUrl)} holds the tasks of ${claim?.catalog ?? 'something else'} under the prefix ${prefix}, but ` +
      `this process works on ${owner.catalog}; expected one queue per catalog. Give one of them another prefix ` +
      `(HUBDEX_QUEUE_PREFIX). If the other catalog no longer exists: redis-cli del ${key}.`,
  )
}

/** @returns the value of the key afterwards */
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
