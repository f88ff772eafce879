import { beforeEach, describe, expect, it, vi } from 'vitest'
import { beginRebuild } from '../../../src/catalog/outbox/active-index.ts'
import { CatchUp } from '../../../src/search/indexing/catch-up.ts'
import { checkIndex } from '../../../src/search/indexing/check.ts'
import { SearchSync } from '../../../src/search/indexing/sync.ts'
import { PostgresSearchEngine } from '../../../src/search/postgres/engine.ts'
import type { IndexBuild, SearchEngine } from '../../../src/search/search-engine.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { createAnyTarget } from '../../support/catalog/embedded.ts'
import { sendHeartbeat, testOwner } from '../../support/catalog/owners.ts'
import { delegatingEngine } from '../delegating-engine.ts'
import { writeEnqueued } from './enqueued-repos.ts'

const REBUILDS_FROM = 50

describe('an index that is far behind its outbox', () => {
  const catalog = sharedCatalog(createAnyTarget)
  const owner = testOwner()
  let engine: SearchEngine
  let plain: SearchEngine
  let built: ReturnType<typeof vi.fn<() => Promise<IndexBuild>>>

  beforeEach(async () => {
    plain = new PostgresSearchEngine(catalog.connection)
    await plain.clear()
    built = vi.fn(() => plain.build())
    engine = delegatingEngine(plain, { rebuildsFrom: REBUILDS_FROM, build: built })
  })

  const sync = (options: { owner?: typeof owner } = { owner }) => new SearchSync(catalog.db, engine, options)
  const outboxSize = () => catalog.value('select count(*)::int from catalog.search_outbox')
  const check = () => checkIndex(catalog.db, engine, { sample: 1_000, batchSize: 100 })
  const isDue = () => new CatchUp(catalog.db, engine, owner).isDue()

  it('is rebuilt instead of applying the entries, and nothing that changes meanwhile is lost', async () => {
    await writeEnqueued(catalog.db, { last: 120 })
    await catalog.rows(`update catalog.repos set removed_at = now() where hub_id in ('hub-3', 'hub-4')`)
    built.mockImplementation(async () => {
      const build = await plain.build()
      const append: IndexBuild['append'] = async (batch) => {
        const refused = await build.append(batch)
        await writeEnqueued(catalog.db, { first: 119, last: 130, license: 'late' })
        return refused
      }
      return { ...build, append }
    })
    const one = sync()
    await one.finish()
    expect(built).toHaveBeenCalledOnce()
    expect(one.indexed).toBeGreaterThanOrEqual(118)
    expect(await outboxSize()).toBe(0)
    expect((await plain.search({ facets: ['license'] })).facets.license).toEqual({ mit: 116, late: 12 })
    expect(await check()).toMatchObject({ hasDrifted: false, differing: [] })
  })

  it('is brought up to date batch by batch again afterwards', async () => {
    await writeEnqueued(catalog.db, { last: 120 })
    await sync().finish()
    await writeEnqueued(catalog.db, { last: 55, license: 'new' })
    expect(await isDue()).toBe(false)
    await sync().finish()
    expect(built).toHaveBeenCalledOnce()
    expect((await plain.search({ filters: { license: ['new'] } })).total).toBe(55)
    await writeEnqueued(catalog.db, { last: 60 })
    expect(await isDue()).toBe(true)
  })

  it('is not rebuilt for new counters, by short commands, or beside another rebuild', async () => {
    await writeEnqueued(catalog.db, { last: 60 })
    expect(await isDue()).toBe(true)
    const other = testOwner('other')
    await sendHeartbeat(catalog, other)
    await beginRebuild(catalog.db, other)
    expect(await isDue()).toBe(false)
    await catalog.rows('update catalog.active_index set lease_owner = null')
    await catalog.rows('update catalog.search_outbox set counters_only = true where seq % 2 = 0')
    expect(await isDue()).toBe(false)
    await catalog.rows('update catalog.search_outbox set counters_only = false')
    await sync({}).finish()
    expect(built).not.toHaveBeenCalled()
    expect(await plain.count()).toBe(60)
  })

  it('is not rebuilt while another index is the active one', async () => {
    await writeEnqueued(catalog.db, { last: 60 })
    await catalog.rows(`delete from catalog.search_outbox where hub_id = 'hub-1'`)
    await catalog.rows(`insert into catalog.active_index (name) values ('other')`)
    await expect(sync().finish()).rejects.toMatchObject({ code: 'inactive-index' })
    expect(built).not.toHaveBeenCalled()
  })

  it('is rebuilt by a task of a worker once the outbox no longer grows fast', async () => {
    let nowMs = 0
    const catchUp = new CatchUp(catalog.db, engine, owner, () => nowMs)
    await writeEnqueued(catalog.db, { last: 100 })
    expect(await catchUp.isGrowing()).toBe(true)
    nowMs = 10
    await writeEnqueued(catalog.db, { last: 100 })
    expect(await catchUp.isGrowing()).toBe(true)
    nowMs = 1_000
    await writeEnqueued(catalog.db, { last: 100 })
    expect(await catchUp.isGrowing()).toBe(false)

    const one = sync()
    const { signal } = new AbortController()
    await one.drain(signal)
    expect([built.mock.calls.length, await outboxSize()]).toEqual([0, 300])
    await one.drain(signal)
    expect([built.mock.calls.length, await outboxSize(), await plain.count()]).toEqual([1, 0, 100])
  })

  it('is rebuilt in the background once the outbox no longer grows fast', async () => {
    await writeEnqueued(catalog.db, { last: 100 })
    new SearchSync(catalog.db, engine, { owner, gatherMs: 1 }).wake()
    await expect.poll(outboxSize).toBe(0)
    await expect.poll(() => plain.count()).toBe(100)
    expect(built).toHaveBeenCalledOnce()
  })
})
