import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { beginRebuild, ownsRebuild, readActiveIndex } from '../../../src/catalog/outbox/active-index.ts'
import { ActiveIndexGuard } from '../../../src/search/indexing/active-index-guard.ts'
import { checkIndex } from '../../../src/search/indexing/check.ts'
import { type RebuildOptions, rebuildIndex } from '../../../src/search/indexing/rebuild.ts'
import { repairIndex } from '../../../src/search/indexing/repair.ts'
import { SearchSync } from '../../../src/search/indexing/sync.ts'
import { MeilisearchEngine } from '../../../src/search/meilisearch/engine.ts'
import { PostgresSearchEngine } from '../../../src/search/postgres/engine.ts'
import type { SearchEngine } from '../../../src/search/search-engine.ts'
import { openTestCatalog, type TestCatalog } from '../../support/catalog/catalog.ts'
import { sendHeartbeat, testOwner } from '../../support/catalog/owners.ts'
import { delegatingEngine } from '../delegating-engine.ts'
import { writeEnqueued } from './enqueued-repos.ts'

const url = inject('meiliUrl')

const engines = [
  { name: 'Postgres', engineOf: ({ connection }: TestCatalog): SearchEngine => new PostgresSearchEngine(connection) },
  ...(url === undefined
    ? []
    : [
        {
          name: 'Meilisearch',
          engineOf: (): SearchEngine => new MeilisearchEngine({ url, apiKey: inject('meiliKey'), index: 'rebuilt' }),
        },
      ]),
]

const options: RebuildOptions = {
  owner: testOwner(),
  batchSize: 200,
  signal: new AbortController().signal,
  onProgress: () => undefined,
  onWaiting: () => undefined,
}

describe.each(engines)('a rebuilt index ($name)', ({ name, engineOf }) => {
  let catalog: TestCatalog
  let plain: SearchEngine
  let engine: SearchEngine

  beforeAll(async () => {
    catalog = await openTestCatalog()
    plain = engineOf(catalog)
  })
  afterAll(async () => {
    await plain?.clear()
    await catalog?.[Symbol.asyncDispose]()
  })
  beforeEach(async () => {
    await catalog.empty()
    await plain.prepare()
    await plain.clear()
    engine = new ActiveIndexGuard(catalog.db, plain)
    // Adopts the index while the catalog is empty.
    await engine.search({})
  })

  const write = (first: number, last: number, license: string) => writeEnqueued(catalog.db, { first, last, license })

  async function remove(n: number): Promise<void> {
    await sql`
      with removed as (update catalog.repos set removed_at = now() where hub_id = ${`hub-${n}`} returning hub_id)
      insert into catalog.search_outbox (hub_id, counters_only) select hub_id, false from removed`.execute(catalog.db)
  }

  const sync = () => new SearchSync(catalog.db, engine, { batchSize: 100 })
  const licenses = async () => (await engine.search({ facets: ['license'] })).facets.license
  const check = () => checkIndex(catalog.db, engine, { sample: 5_000, batchSize: 500 })

  it('has exactly the repos of the catalog', async () => {
    await write(1, 500, 'mit')
    await sync().finish()
    await plain.apply({ removals: ['hub-3'] })
    const [stray] = await plain.documents(['hub-5'])
    if (stray !== undefined) await plain.apply({ upserts: [{ ...stray, hubId: 'stray', id: 'stray/repo' }] })
    expect(await rebuildIndex(catalog.db, engine, options)).toBe(500)
    expect(await check()).toMatchObject({ hasDrifted: false })
    expect(await licenses()).toEqual({ mit: 500 })
  })

  it('never interrupts searches, and has what was crawled meanwhile', async () => {
    await write(1, 1_500, 'old')
    await sync().finish()
    let isBuilding = true
    const searched: number[] = []
    const searching = (async () => {
      while (isBuilding) searched.push((await engine.search({ words: 'repo', limit: 1 })).total)
    })()
    const crawling = (async () => {
      const one = sync()
      for (let n = 1; isBuilding; n++) {
        await write(n, n, 'new')
        await remove(1_500 - n)
        await write(1_500 + n, 1_500 + n, 'new')
        await one.finish()
      }
    })()
    await rebuildIndex(catalog.db, engine, options)
    isBuilding = false
    await Promise.all([searching, crawling])

    expect(searched.length).toBeGreaterThan(2)
    expect(Math.min(...searched)).toBeGreaterThanOrEqual(1_499)
    expect(Math.max(...searched)).toBeLessThanOrEqual(1_501)
    await sync().finish()
    expect(await check()).toMatchObject({ differing: [], hasDrifted: false })
    expect(await catalog.value('select count(*)::int from catalog.search_rebuild')).toBe(0)
  })

  it('starts from scratch after an interrupted rebuild', async () => {
    await write(1, 600, 'mit')
    await sync().finish()
    const abort = new AbortController()
    const interrupted = rebuildIndex(catalog.db, engine, {
      ...options,
      signal: abort.signal,
      onProgress: () => abort.abort(),
    })
    await expect(interrupted).rejects.toMatchObject({ name: 'AbortError' })
    expect((await engine.search({})).total).toBe(600)
    expect(await rebuildIndex(catalog.db, engine, options)).toBe(600)
    expect(await check()).toMatchObject({ hasDrifted: false })
  })

  it('is built by one process until its lease expires', async () => {
    await write(1, 10, 'mit')
    await sync().finish()
    const first = testOwner('first')
    await sendHeartbeat(catalog, first)
    expect(await beginRebuild(catalog.db, first)).toBe(true)
    const kill = () => catalog.rows(`update catalog.processes set heartbeat_at = now() - interval '61 seconds'`)
    const onWaiting = vi.fn(() => void kill())
    expect(await rebuildIndex(catalog.db, engine, { ...options, onWaiting })).toBe(10)
    expect(onWaiting).toHaveBeenCalledOnce()
    expect(await ownsRebuild(catalog.db, first)).toBe(false)
  })

  it('is completed by the next process that uses it, if its builder dies after activating it', async () => {
    await write(1, 100, 'mit')
    await sync().finish()
    const dying = delegatingEngine(engine, {
      build: async () => {
        const build = await engine.build()
        return {
          ...build,
          activate: async () => {
            // What is applied right before the cutover reaches only the old index.
            await write(7, 7, 'late')
            await sync().finish()
            await build.activate()
            throw new Error('killed')
          },
        }
      },
    })
    await expect(rebuildIndex(catalog.db, dying, options)).rejects.toThrow('killed')
    await write(8, 8, 'later')
    await sync().finish()
    expect((await new ActiveIndexGuard(catalog.db, plain).search({})).total).toBe(100)
    await sync().finish()
    expect(await licenses()).toEqual({ mit: 98, late: 1, later: 1 })
    expect((await readActiveIndex(catalog.db)).nextName).toBeNull()
    expect(await rebuildIndex(catalog.db, engine, options)).toBe(100)
  })

  it('has missing, outdated and orphaned documents found and repaired', async () => {
    await write(1, 300, 'mit')
    await sync().finish()
    expect(await check()).toMatchObject({ hasDrifted: false, sampled: 300, differing: [] })
    const [two, three] = (await plain.documents(['hub-2', 'hub-3'])).sort((a, b) => (a.hubId < b.hubId ? -1 : 1))
    if (two === undefined || three === undefined) throw new Error('Expected documents.')
    await plain.apply({
      removals: ['hub-1'],
      upserts: [
        { ...two, license: ['changed'], likes: 5 },
        { ...three, hubId: 'orphan', id: 'orphan/model' },
        { ...three, hubId: 'orphan-space', id: 'orphan/space', kind: 'space' },
      ],
    })
    const found = await check()
    expect(found.hasDrifted).toBe(true)
    expect(found.kinds.map(({ live, indexed }) => indexed - live)).toEqual([0, 0, 1, 0])
    expect(found.differing.sort((a, b) => (a.hubId < b.hubId ? -1 : 1))).toEqual([
      { hubId: 'hub-1', fields: undefined },
      { hubId: 'hub-2', fields: ['likes', 'license'] },
    ])
    expect(await repairIndex(catalog.db, engine, options)).toEqual({ compared: 300, mended: 2, orphans: 2 })
    expect(await check()).toMatchObject({ hasDrifted: false })
    expect(await repairIndex(catalog.db, engine, options)).toEqual({ compared: 300, mended: 0, orphans: 0 })
  })

  it.skipIf(name === 'Postgres')('is required before another engine can search', async () => {
    await catalog.empty()
    await write(1, 50, 'mit')
    const postgres = new ActiveIndexGuard(catalog.db, new PostgresSearchEngine(catalog.connection))
    await new SearchSync(catalog.db, postgres).finish()
    expect((await postgres.search({})).total).toBe(50)

    engine = new ActiveIndexGuard(catalog.db, plain)
    await expect(engine.search({})).rejects.toMatchObject({ code: 'inactive-index' })
    await write(1, 1, 'new')
    await expect(sync().finish()).rejects.toMatchObject({ code: 'inactive-index' })
    await rebuildIndex(catalog.db, engine, options)
    await sync().finish()
    expect(await licenses()).toEqual({ mit: 49, new: 1 })

    const back = new ActiveIndexGuard(catalog.db, new PostgresSearchEngine(catalog.connection))
    await expect(back.search({})).rejects.toMatchObject({ code: 'inactive-index' })
    await rebuildIndex(catalog.db, back, options)
    expect((await back.search({ filters: { license: ['new'] } })).total).toBe(1)
  })

  it.skipIf(name === 'Postgres')('is required after somebody replaced the index', async () => {
    await write(1, 50, 'mit')
    await sync().finish()
    await (await plain.build()).activate()
    const searched = new ActiveIndexGuard(catalog.db, plain).search({})
    await expect(searched).rejects.toMatchObject({ code: 'inactive-index' })
  })
})
