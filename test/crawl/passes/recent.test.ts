import { beforeEach, describe, expect, it } from 'vitest'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { crawlOnce, type TestCrawl } from '../../support/catalog/crawl.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { freshHub, numberedRepos } from '../../support/hub/sample-hub.ts'

const SECOND = 1000
const DAY = 86_400 * SECOND
const START = Date.UTC(2026, 5, 1)

describe.each(anyCatalogTarget)('a recent pass ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)
  const repos = (count: number) =>
    numberedRepos(count, (index) => {
      const createdAt = new Date(START - (count - index) * DAY).toISOString()
      return { createdAt, lastModified: createdAt }
    })
  let nowMs: number
  beforeEach(() => {
    nowMs = START
  })
  const hub = freshHub({ payloads: { models: repos(200) }, quota: 0, now: () => nowMs })
  const crawl = async (options: TestCrawl = {}) =>
    (await crawlOnce(catalog, hub.url, { kinds: ['model'], pageSize: 20, overlapMs: 60 * SECOND, ...options }))[0]
  const recent = (options: TestCrawl = {}) => crawl({ scope: 'recent', ...options })
  const known = async () => Number(await catalog.value('select count(*) from models'))

  it('finds new and changed repos with one request per list', async () => {
    await crawl()
    await recent()
    nowMs += 300 * SECOND
    hub.change.create('model', { id: 'new/model' })
    hub.change.commit('model', 'owner/repo-3', { fields: { tags: ['license:mit'] } })
    const before = hub.requests.total
    expect(await recent()).toMatchObject({ scope: 'recent', state: 'complete', inserted: 1, updated: 1 })
    expect(hub.requests.total - before).toBe(2)
    expect(await catalog.value("select license from models where id = 'owner/repo-3'")).toBe('mit')
    expect(await known()).toBe(201)
  })

  it('walks page by page until it reaches repos that the last pass has seen', async () => {
    await crawl()
    await recent()
    nowMs += 3600 * SECOND
    for (let index = 0; index < 70; index++) {
      nowMs += SECOND
      hub.change.create('model', { id: `new/model-${index}` })
    }
    expect(await recent()).toMatchObject({ inserted: 70 })
    expect(await known()).toBe(270)
  })

  it('finds all of a thousand changes within one second', async () => {
    await crawl()
    await recent()
    nowMs += 300 * SECOND
    for (let index = 0; index < 50; index++) hub.change.create('model', { id: `tie/first-${index}` })
    await recent()
    for (let index = 0; index < 950; index++) hub.change.create('model', { id: `tie/second-${index}` })
    await recent()
    expect(await known()).toBe(1200)
  })

  it('finds changes made during the last pass', async () => {
    await crawl()
    await recent()
    nowMs += 300 * SECOND
    for (let index = 0; index < 60; index++) hub.change.create('model', { id: `new/model-${index}` })
    let changes = 0
    await recent({
      onEvent: (event) => {
        if (event.type !== 'page') return
        nowMs += SECOND
        hub.change.commit('model', `owner/repo-${changes++}`, { fields: { tags: ['license:mit'] } })
      },
    })
    expect(changes).toBeGreaterThan(3)
    await recent()
    expect(await catalog.value("select count(*) from models where license = 'mit'")).toBe(String(changes))
    expect(await known()).toBe(260)
  })

  it('starts from the beginning of the last full pass if there was no recent one yet', async () => {
    await crawl({
      onEvent: (event) => {
        if (event.type !== 'page' || event.counts.pages !== 5) return
        hub.change.commit('model', 'owner/repo-0', { fields: { tags: ['license:mit'] } })
      },
    })
    expect(await catalog.value("select license from models where id = 'owner/repo-0'")).toBeNull()
    await recent()
    expect(await catalog.value("select license from models where id = 'owner/repo-0'")).toBe('mit')
  })

  it('counts a repo once that is in both lists', async () => {
    await crawl()
    await recent()
    nowMs += 300 * SECOND
    for (let index = 0; index < 30; index++) hub.change.create('model', { id: `new/model-${index}` })
    const outcome = await recent()
    // The pages continue to repos that the last pass has seen.
    expect(outcome).toMatchObject({ pages: 4, repos: 40, inserted: 30, unchanged: 10 })
    expect(await catalog.value("select repos::int from passes where scope = 'recent' order by pass_id desc")).toBe(40)
  })

  it('walks one page of each list if nothing was walked before', async () => {
    expect(await recent()).toMatchObject({ state: 'complete', pages: 2 })
    expect(await known()).toBe(20)
  })

  it('does not move the watermark past the clock of the Hub', async () => {
    hub.change.create('model', { id: 'a-minute/ahead', lastModified: new Date(nowMs + 61 * SECOND).toISOString() })
    await crawl()
    await recent()
    const until = new Date(String(await catalog.value('select max(modified_until) from catalog.passes')))
    expect(until.getTime()).toBeLessThanOrEqual(nowMs)
  })

  it('ignores dates in the future', async () => {
    hub.change.create('model', { id: 'from/the-future', lastModified: '2031-01-01T00:00:00.000Z' })
    await crawl()
    await recent()
    nowMs += 300 * SECOND
    hub.change.commit('model', 'owner/repo-9', { fields: { tags: ['license:mit'] } })
    await recent()
    expect(await catalog.value("select license from models where id = 'owner/repo-9'")).toBe('mit')
  })

  it('works with a Hub whose clock is far behind ours', async () => {
    await crawl()
    await recent()
    for (let round = 0; round < 3; round++) {
      nowMs += 300 * SECOND
      hub.change.create('model', { id: `round/model-${round}` })
      expect(await recent()).toMatchObject({ inserted: 1 })
    }
  })

  it('starts where the last complete pass ended if one was interrupted in between', async () => {
    await crawl()
    await recent()
    nowMs += 3600 * SECOND
    for (let index = 0; index < 90; index++) hub.change.create('model', { id: `new/model-${index}` })
    const stop = new AbortController()
    const cut = await recent({
      signal: stop.signal,
      onEvent: (event) => event.type === 'page' && stop.abort(),
    })
    expect(cut).toMatchObject({ state: 'interrupted' })
    expect(await recent()).toMatchObject({ state: 'complete' })
    expect(await known()).toBe(290)
  })
})
