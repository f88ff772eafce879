import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { slugOf } from '../../../src/hub-server/collections/slug.ts'
import { createSampleHub, type SampleHub } from '../../../src/sample-hub/sample-hub.ts'
import { startServer } from '../../hub/test-server.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { crawlOnce } from '../../support/catalog/crawl.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

describe.each(anyCatalogTarget)('a crawl of collections ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)
  let hub: SampleHub

  beforeEach(async () => {
    hub = await createSampleHub({ repos: 3_000, seed: 11, quota: 0 })
  })
  afterEach(() => hub.close())

  const crawlCollections = async (options: Parameters<typeof crawlOnce>[2] = {}) => {
    const [outcome] = await crawlOnce(catalog, hub.url, { kinds: ['collection'], ...options })
    if (outcome === undefined) throw new Error('Expected a pass.')
    return outcome
  }
  const stored = () =>
    catalog.rows(`
      select c.id, (select array_agg(i.kind || ' ' || i.id order by i.position) from collection_items i where i.collection_hub_id = c.hub_id) as items
      from collections c order by c.id collate "C"`)
  const onHub = () =>
    hub.collections.state.collections
      .map((one) => ({ id: slugOf(one), items: one.items.map(({ type, id }) => `${type} ${id}`) }))
      .sort((left, right) => (left.id < right.id ? -1 : 1))

  it('stores every collection with every item', async () => {
    expect(await crawlCollections()).toMatchObject({ state: 'complete', note: null, repos: 60, inserted: 60, removed: 0 })
    expect(await stored()).toEqual(onHub())
    expect(await catalog.value('select bool_and(is_complete) from collections')).toBe(true)
  })

  it('reads no collection again in a second run, and only those that changed in a recent one', async () => {
    await crawlCollections()
    const before = hub.requests.total
    expect(await crawlCollections()).toMatchObject({ unchanged: 60, inserted: 0, updated: 0 })
    // The list, and its front once more.
    expect(hub.requests.total - before).toBe(2)
    const [large] = hub.collections.state.collections.filter(({ items }) => items.length > 5)
    if (large === undefined) throw new Error('Expected a large collection.')
    hub.collections.deleteItem(large.hubId, large.items[2]?.itemId ?? '')
    hub.collections.update(large.hubId, { title: 'Another title' })
    expect(await crawlCollections({ scope: 'recent' })).toMatchObject({ state: 'complete', updated: 1 })
    expect(await stored()).toEqual(onHub())
  })

  it('removes a collection that is gone, after asking for it, and keeps one that the list left out', async () => {
    await crawlCollections()
    const [gone, hidden] = hub.collections.state.collections
    if (gone === undefined || hidden === undefined) throw new Error('Expected collections.')
    hub.collections.delete(gone.hubId)
    const list = hub.collections.list.bind(hub.collections)
    hub.collections.list = (query) => {
      const page = list(query)
      return { ...page, collections: page.collections.filter(({ hubId }) => hubId !== hidden.hubId) }
    }
    expect(await crawlCollections()).toMatchObject({ removed: 1, unconfirmed: 0 })
    expect(await stored()).toEqual(onHub())
  })

  it('finds a collection that moves to the front of the list while it walks', async () => {
    let moved = false
    const oldest = hub.collections.state.collections.toSorted((a, b) => (a.lastUpdated < b.lastUpdated ? -1 : 1))[0]
    if (oldest === undefined) throw new Error('Expected a collection.')
    const list = hub.collections.list.bind(hub.collections)
    hub.collections.list = (query) => {
      const page = list({ ...query, limit: 20 })
      if (!moved) hub.collections.update(oldest.hubId, { title: 'Moved' })
      moved = true
      return page
    }
    expect(await crawlCollections()).toMatchObject({ state: 'complete', removed: 0 })
    expect(await stored()).toEqual(onHub())
  })

  it('resumes where it was stopped, page by page', async () => {
    const list = hub.collections.list.bind(hub.collections)
    hub.collections.list = (query) => list({ ...query, limit: 10 })
    for (let run = 0; run < 6; run++) await crawlCollections({ client: { maxRequests: 1 } })
    expect(await catalog.value('select count(*)::int from collections')).toBe(60)
    expect(await crawlCollections()).toMatchObject({ state: 'complete', inserted: 60 })
    expect(await stored()).toEqual(onHub())
  })

  it('leaves the items beyond the fourth due when it may read no collection', async () => {
    await crawlCollections({ collectionReads: 0 })
    const large = hub.collections.state.collections.filter(({ items }) => items.length >= 4).length
    expect(await catalog.value('select count(*)::int from collections where not is_complete')).toBe(large)
    await crawlCollections({ collectionReads: 2, scope: 'recent' })
    expect(await catalog.value('select count(*)::int from collections where not is_complete')).toBe(large - 2)
  })

  it('says that a Hub has no collections, and counts as complete', async () => {
    const server = await startServer((_, response) => response.writeHead(404, JSON_TYPE).end('{"error":"no such page"}'))
    const [outcome] = await crawlOnce(catalog, server.url, { kinds: ['collection'] })
    expect(outcome).toMatchObject({ state: 'complete', note: { code: 'unsupported' } })
  })
})
