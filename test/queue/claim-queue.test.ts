import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { describe, expect, inject, it } from 'vitest'
import { claimQueue } from '../../src/queue/bullmq/servers/claim-queue.ts'
import { OtherQueue } from '../../src/queue/other-queue.ts'
import { hubdex } from '../support/processes/hubdex.ts'
import { createTestDatabase, hasPostgres } from '../support/servers/postgres.ts'

const redisUrl = inject('redisUrl') ?? ''

describe.skipIf(redisUrl === '')('a queue on Redis', () => {
  const targetOf = (prefix: string) => ({ engine: 'redis', redisUrl, prefix }) as const
  const own = { catalogId: randomUUID(), catalog: 'the database a on somewhere' }
  const other = { catalogId: randomUUID(), catalog: 'b on elsewhere' }

  it('belongs to the first catalog that claims it, under the same name for each process', async () => {
    const target = targetOf(`test-${randomUUID()}`)
    const name = await claimQueue(target, own)
    expect(await claimQueue(target, own)).toBe(name)
    await expect(claimQueue(target, other)).rejects.toThrow(OtherQueue)
    expect(await claimQueue(targetOf(`test-${randomUUID()}`), other)).not.toBe(name)
  })

  it('is claimed again after it was wiped', async () => {
    const target = targetOf(`test-${randomUUID()}`)
    const name = await claimQueue(target, own)
    const client = new Redis(redisUrl)
    await client.del(`${target.prefix}:catalog`)
    client.disconnect()
    expect(await claimQueue(target, own)).not.toBe(name)
  })

  it.skipIf(!hasPostgres)('is refused by a worker of another catalog, which names both and says what to do', async () => {
    const target = targetOf(`test-${randomUUID()}`)
    await claimQueue(target, other)
    const database = await createTestDatabase()
    const settings = { DATABASE_URL: database.databaseUrl, REDIS_URL: redisUrl, HUBDEX_QUEUE_PREFIX: target.prefix }
    const { code, stderr } = await hubdex(['worker'], settings)
    expect(code).toBe(1)
    expect(stderr).toContain('b on elsewhere')
    const { pathname, hostname } = new URL(database.databaseUrl)
    expect(stderr).toContain(`${pathname.slice(1)} on ${hostname}`)
    expect(stderr).toContain('HUBDEX_QUEUE_PREFIX')
    await database.drop()
  })
})
