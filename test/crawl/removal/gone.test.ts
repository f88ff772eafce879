import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseFault } from '../../../src/sample-hub/faults/fault.ts'
import { createSampleHub, type SampleHub } from '../../../src/sample-hub/sample-hub.ts'
import { SearchSync } from '../../../src/search/indexing/sync.ts'
import { PostgresSearchEngine } from '../../../src/search/postgres/engine.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { crawlOnce, type TestCrawl } from '../../support/catalog/crawl.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { numberedRepos } from '../../support/hub/sample-hub.ts'

describe.each(anyCatalogTarget)('confirming removals ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)
  let hub: SampleHub

  beforeEach(async () => {
    hub = await createSampleHub({ payloads: { models: repos(60) }, quota: 0 })
    await crawl()
  })
  afterEach(async () => {
    await hub.close()
  })

  const repos = (count: number) =>
    numberedRepos(count, (index) => ({
      likes: index,
      createdAt: new Date(Date.UTC(2024, 0, 1) + index * 60_000).toISOString(),
      tags: ['license:mit'],
    }))
  const crawl = async (options: TestCrawl = {}, endpoint = hub.url) =>
    (await crawlOnce(catalog, endpoint, { kinds: ['model'], pageSize: 20, ...options }))[0]
  const tombstones = () => catalog.rows('select id, removed_cause from repos where removed_at is not null order by id')

  it('probes a missing repo by name and makes it a tombstone if the Hub reports it as missing', async () => {
    hub.change.delete('model', 'owner/repo-7')
    expect(await crawl()).toMatchObject({ state: 'complete', removed: 1, unconfirmed: 0 })
    expect(await tombstones()).toEqual([{ id: 'owner/repo-7', removed_cause: 'deleted' }])
  })

  it('takes a tombstone out of search at once, and returns a repo that came back', async () => {
    const engine = new PostgresSearchEngine(catalog.connection)
    await engine.clear()
    const found = async () => {
      await new SearchSync(catalog.db, engine).finish()
      return (await engine.search({ words: 'repo-7' })).hits.map((hit) => hit.id)
    }
    expect(await found()).toEqual(['owner/repo-7'])
    hub.change.settings('model', 'owner/repo-7', { private: true })
    await crawl()
    expect(await found()).toEqual([])
    hub.change.settings('model', 'owner/repo-7', { private: false })
    await crawl()
    expect(await found()).toEqual(['owner/repo-7'])
  })

  it('records a repo as private if the token can see it', async () => {
    hub.change.settings('model', 'owner/repo-3', { private: true })
    await crawl({ client: { token: 'hf_owner' } })
    expect(await tombstones()).toEqual([{ id: 'owner/repo-3', removed_cause: 'private' }])
  })

  it('records a repo as disabled if the Hub has disabled it', async () => {
    hub.change.settings('model', 'owner/repo-4', { disabled: true })
    await crawl()
    expect(await tombstones()).toEqual([{ id: 'owner/repo-4', removed_cause: 'disabled' }])
  })

  it('keeps the row of a renamed repo and makes the old name an alias', async () => {
    hub.change.move('model', 'owner/repo-5', 'other/renamed')
    expect(await crawl()).toMatchObject({ state: 'complete', removed: 0, updated: 1 })
    expect(await catalog.rows('select alias, id from repo_aliases')).toEqual([{ alias: 'owner/repo-5', id: 'other/renamed' }])
  })

  it('distinguishes a new repo with the name of a deleted one', async () => {
    hub.change.delete('model', 'owner/repo-6')
    hub.change.create('model', { id: 'owner/repo-6' })
    await crawl()
    const rows = await catalog.rows("select removed_cause from repos where id = 'owner/repo-6' order by created_at")
    expect(rows).toEqual([{ removed_cause: 'deleted' }, { removed_cause: null }])
  })

  it('removes nothing if too many repos are missing, and notes that', async () => {
    for (let index = 0; index < 30; index++) hub.change.delete('model', `owner/repo-${index}`)
    const requestsBefore = hub.requests.total
    const outcome = await crawl()
    const note = { code: 'too-many-missing' }
    expect(outcome).toMatchObject({ state: 'complete', removed: 0, unconfirmed: 30, note })
    expect(hub.requests.total - requestsBefore).toBeLessThan(10)
    expect(await tombstones()).toEqual([])
    expect(await crawl({ maxRemovedShare: 1 })).toMatchObject({ removed: 30 })
  })

  describe('does not trust a Hub that', () => {
    /** The same Hub with faults at the same address. */
    async function startFaults(...faults: string[]): Promise<void> {
      const models = [...hub.repos('model')]
      await hub.close()
      hub = await createSampleHub({
        payloads: { models },
        quota: 0,
        port: Number(new URL(hub.url).port),
        faults: faults.map(parseFault),
      })
    }

    it('reports every repo as gone', async () => {
      hub.change.delete('model', 'owner/repo-7')
      await startFaults('hidden:path=/api/models/owner')
      const outcome = await crawl()
      expect(outcome).toMatchObject({ state: 'complete', unconfirmed: 1, note: { code: 'control-missing' } })
      expect(await tombstones()).toEqual([])
    })

    it.each([['hidden'], ['5xx'], ['html'], ['reset']])('fails at everything with %s', async (fault) => {
      await startFaults(fault)
      for (let run = 0; run < 3; run++) {
        expect(await crawl({ client: { retries: 0 } })).toMatchObject({ state: 'failed', removed: 0 })
      }
      expect(await tombstones()).toEqual([])
      expect(await catalog.value('select count(*) from models')).toBe('60')
    })

    it('drops rows from its lists: repos that it still has stay live', async () => {
      await startFaults('drop')
      expect(await crawl()).toMatchObject({ state: 'complete', removed: 0, unconfirmed: 0 })
      expect(await tombstones()).toEqual([])
      expect(await catalog.rows('select * from catalog.removal_candidates')).toEqual([])
    })

    it('has no clear answer about some repos: the others are still removed', async () => {
      for (let index = 20; index < 60; index++) hub.change.delete('model', `owner/repo-${index}`)
      await startFaults(...['2', '3', '4'].map((digit) => `5xx:path=/api/models/owner/repo-${digit}`))
      const outcome = await crawl({ maxRemovedShare: 1, client: { retries: 0 } })
      expect(outcome).toMatchObject({ state: 'complete', removed: 10, unconfirmed: 30, note: null })
      expect(await tombstones()).toHaveLength(10)
    })

    it('fails during the probes: the next pass begins with repos that were not probed', async () => {
      for (let index = 20; index < 60; index++) hub.change.delete('model', `owner/repo-${index}`)
      await startFaults('5xx:path=/api/models/owner')
      for (let run = 0; run < 2; run++) {
        const outcome = await crawl({ maxRemovedShare: 1, client: { retries: 0 } })
        expect(outcome).toMatchObject({ removed: 0, unconfirmed: 40, note: { code: 'no-clear-answer' } })
      }
      expect(await catalog.rows('select probes from catalog.removal_candidates where probes = 0')).toEqual([])
    })

    it('fails at every request for a single repo', async () => {
      hub.change.delete('model', 'owner/repo-7')
      await startFaults('5xx:path=/api/models/owner')
      const outcome = await crawl({ client: { retries: 0 } })
      expect(outcome).toMatchObject({ state: 'complete', unconfirmed: 1, note: { code: 'no-clear-answer' } })
      await startFaults()
      expect(await crawl()).toMatchObject({ removed: 1, unconfirmed: 0 })
    })
  })
})
