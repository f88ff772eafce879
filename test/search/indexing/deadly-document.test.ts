import { execFile } from 'node:child_process'
import { hostname } from 'node:os'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, it } from 'vitest'
import { createIndexAttempts } from '../../../src/catalog/outbox/index-attempts.ts'
import { createLeaseOwner } from '../../../src/catalog/processes/lease-owner.ts'
import { retryFailures } from '../../../src/catalog/stages/failures.ts'
import { checkIndex } from '../../../src/search/indexing/check.ts'
import { rebuildIndex } from '../../../src/search/indexing/rebuild.ts'
import { repairIndex } from '../../../src/search/indexing/repair.ts'
import { SearchSync } from '../../../src/search/indexing/sync.ts'
import { PostgresSearchEngine } from '../../../src/search/postgres/engine.ts'
import type { SearchBatch, SearchEngine } from '../../../src/search/search-engine.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { sendHeartbeat, testOwner } from '../../support/catalog/owners.ts'
import { delegatingEngine } from '../delegating-engine.ts'
import { writeEnqueued } from './enqueued-repos.ts'

const CHILD = fileURLToPath(new URL('indexing-child.ts', import.meta.url))
/** A lease owner that does not exist: no process id is this high. */
const DEAD = `${hostname()}/4194305/x`
/** A lease owner on another machine, of which only heartbeats are known. */
const ELSEWHERE = 'elsewhere/1/x'
const BATCH_SIZE = 30
const MAX_DEATHS = 12

describe.each(anyCatalogTarget)('a search document that crashes its process ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)
  let engine: SearchEngine
  /** The number of documents of each batch. */
  let sizes: number[]

  beforeEach(async () => {
    const plain = new PostgresSearchEngine(catalog.connection)
    await plain.clear()
    sizes = []
    const counting = (apply: SearchEngine['apply']) => async (batch: SearchBatch) => {
      sizes.push(batch.upserts?.length ?? 0)
      return await apply(batch)
    }
    engine = delegatingEngine(plain, {
      apply: counting((batch) => plain.apply(batch)),
      build: async () => {
        const build = await plain.build()
        return { ...build, append: counting((batch) => build.append(batch)), apply: counting((batch) => build.apply(batch)) }
      },
    })
  })

  const sync = (of = engine) => new SearchSync(catalog.db, of, { batchSize: BATCH_SIZE })
  const options = {
    owner: createLeaseOwner(),
    batchSize: BATCH_SIZE,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    onWaiting: () => undefined,
  }
  const failures = () => catalog.rows('select task, hub_id, cause, attempts, retry_at > now() as waits from catalog.failures')
  const attemptsLeft = () => catalog.value('select count(*)::int from catalog.index_attempts')
  const outboxSize = () => catalog.value('select count(*)::int from catalog.search_outbox')
  const check = () => checkIndex(catalog.db, engine, { sample: 1_000, batchSize: BATCH_SIZE })

  /** Indexes in a separate process. @returns whether the document killed it */
  function isDeadly(hubId: string, batchSize: number, mode: 'drain' | 'rebuild'): Promise<boolean> {
    const parameters = [JSON.stringify(catalog.target), hubId, String(batchSize), mode]
    return new Promise((resolve, reject) => {
      execFile(process.execPath, [CHILD, ...parameters], (error) => {
        if (error === null || error.signal === 'SIGKILL') resolve(error !== null)
        else reject(error)
      })
    })
  }

  /** Records a batch of the first repos that its process has not ended. */
  async function leaveAttempt(owner: string, repos: number, ageSecs = 0): Promise<void> {
    const { begin } = createIndexAttempts(catalog.db, { ...createLeaseOwner(), name: owner })
    await begin(Array.from({ length: repos }, (_, index) => `hub-${index + 1}`))
    await catalog.rows(
      `update catalog.index_attempts set begun_at = now() - interval '${ageSecs} seconds' where lease_owner = '${owner}'`,
    )
  }

  it('becomes a failure whose retry is alone, and all other repos are indexed', async () => {
    await writeEnqueued(catalog.db, { last: 100 })
    let deaths = 0
    while (await isDeadly('hub-40', 10, 'drain')) if (++deaths > MAX_DEATHS) throw new Error('It kills every process.')
    // Among ten, then alone.
    expect(deaths).toBe(1 + 4)
    expect(await failures()).toEqual([{ task: 'index', hub_id: 'hub-40', cause: 'process-died', attempts: 4, waits: true }])
    expect([await engine.count(), await outboxSize()]).toEqual([99, 0])
    expect(await check()).toMatchObject({ hasDrifted: false, kinds: [{ live: 100, refused: 1, indexed: 99 }, {}, {}, {}] })

    // A change does not end the backoff.
    await writeEnqueued(catalog.db, { first: 31, last: 60 })
    await sync().finish()
    expect([sizes, await outboxSize()]).toEqual([[29], 0])

    sizes = []
    await writeEnqueued(catalog.db, { first: 31, last: 59 })
    await retryFailures(catalog.db, { cause: 'process-died' })
    await sync().finish()
    expect(sizes).toEqual([28, 1])
    expect([await failures(), await engine.count(), await attemptsLeft()]).toEqual([[], 100, 0])
  })

  it('does not prevent rebuilds', async () => {
    await writeEnqueued(catalog.db, { last: 60 })
    await sync().finish()
    expect(await isDeadly('hub-7', BATCH_SIZE, 'rebuild')).toBe(true)
    expect(await attemptsLeft()).toBe(1)
    await catalog.rows('update catalog.active_index set lease_owner = null')

    sizes = []
    expect(await rebuildIndex(catalog.db, engine, options)).toBe(60)
    expect(sizes.filter((size) => size > 0).sort((a, b) => b - a)).toEqual([30, ...Array(10).fill(3)])
    expect([await attemptsLeft(), await failures()]).toEqual([0, []])

    await leaveAttempt(DEAD, 1)
    await createIndexAttempts(catalog.db, createLeaseOwner()).suspicions()
    await catalog.rows(`update catalog.failures set retry_at = now() + interval '1 hour'`)
    await catalog.rows(`update catalog.repos set license = 'new' where hub_id = 'hub-1'`)
    sizes = []
    await rebuildIndex(catalog.db, engine, options)
    expect(sizes).toEqual([29, 30])
    expect(await check()).toMatchObject({ hasDrifted: false })
    expect(await repairIndex(catalog.db, engine, options)).toMatchObject({ mended: 0 })
    expect(await failures()).toHaveLength(1)
  })

  it.each([
    ['has died', { owner: DEAD, ageSecs: 0 }],
    ['was silent for a minute', { owner: ELSEWHERE, ageSecs: 61 }],
  ])('is searched for in smaller batches, without failures, when a process that indexed many %s', async (_, process) => {
    await leaveAttempt(process.owner, 20, process.ageSecs)
    await writeEnqueued(catalog.db, { last: 60 })
    await sync().finish()
    expect(sizes).toEqual([10, ...Array(10).fill(2), 30])
    expect([await engine.count(), await failures(), await attemptsLeft()]).toEqual([60, [], 0])
  })

  it('is not searched for while the other process is alive', async () => {
    await sendHeartbeat(catalog, testOwner(ELSEWHERE))
    await leaveAttempt(ELSEWHERE, 20, 61)
    await writeEnqueued(catalog.db, { last: 60 })
    await sync().finish()
    expect(sizes).toEqual([30, 30])
  })

  it('is retried at once after its first death alone', async () => {
    await writeEnqueued(catalog.db, { last: 1 })
    await leaveAttempt(DEAD, 1)
    await sync().finish()
    expect([await engine.count(), await failures(), await attemptsLeft()]).toEqual([1, [], 0])
  })

  it('has a death counted once by concurrent processes', async () => {
    await writeEnqueued(catalog.db, { last: 1 })
    await leaveAttempt(DEAD, 1)
    const checks = Array.from({ length: 4 }, () => createIndexAttempts(catalog.db, createLeaseOwner()).suspicions())
    for (const { batchSizes } of await Promise.all(checks)) expect(batchSizes.get('hub-1')).toBe(1)
    expect(await failures()).toMatchObject([{ attempts: 1, waits: false }])
  })

  it('leaves the index at once when its repo is removed, even in backoff', async () => {
    await writeEnqueued(catalog.db, { last: 2 })
    await sync().finish()
    await leaveAttempt(DEAD, 1)
    await createIndexAttempts(catalog.db, createLeaseOwner()).suspicions()
    await catalog.rows(`update catalog.failures set retry_at = now() + interval '1 hour'`)
    await catalog.rows(`
      with removed as (update catalog.repos set removed_at = now() where hub_id = 'hub-1' returning hub_id)
      insert into catalog.search_outbox (hub_id, counters_only) select hub_id, false from removed`)
    await sync().finish()
    expect([await engine.count(), await failures()]).toEqual([1, []])
  })

  it('is not suspected if an indexer is stopped or the engine fails', async () => {
    await writeEnqueued(catalog.db, { last: 100 })
    const stop = new AbortController()
    const stopping = sync(
      delegatingEngine(engine, {
        apply: (batch) => {
          stop.abort()
          return engine.apply(batch)
        },
      }),
    )
    await stopping.drain(stop.signal)
    expect([await outboxSize(), await attemptsLeft()]).toEqual([70, 0])

    const failing = delegatingEngine(engine, { apply: () => Promise.reject(new Error('engine is down')) })
    await expect(sync(failing).finish()).rejects.toThrow('engine is down')
    expect(await attemptsLeft()).toBe(0)

    const ending = sync(
      delegatingEngine(engine, {
        apply: async (batch) => {
          await ending.release()
          expect(await attemptsLeft()).toBe(0)
          return await engine.apply(batch)
        },
      }),
    )
    await catalog.rows(
      `delete from catalog.search_outbox where hub_id not in (select hub_id from catalog.search_outbox limit 20)`,
    )
    await ending.finish()
    expect(await outboxSize()).toBe(0)
  })
})
