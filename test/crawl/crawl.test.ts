import { describe, expect, it } from 'vitest'
import type { CrawlEvent } from '../../src/crawl/events.ts'
import { Turns } from '../../src/crawl/turns.ts'
import { sharedCatalog } from '../support/catalog/catalog.ts'
import { crawlOnce, statesOf, type TestCrawl } from '../support/catalog/crawl.ts'
import { catalogTargets } from '../support/catalog/embedded.ts'
import { freshHub } from '../support/hub/sample-hub.ts'

const COMPLETE = { model: 'complete', dataset: 'complete', space: 'complete', tags: 'complete' }

describe.each(catalogTargets)('a crawl of the sample Hub ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)
  const hub = freshHub({ repos: 200, seed: 5, quota: 0 })

  /** With pages small enough for five pages of models. */
  const crawlHub = (options: TestCrawl = {}) => crawlOnce(catalog, hub.url, { pageSize: 20, ...options })

  async function idsByKind() {
    return await catalog.rows('select kind, count(*)::int as repos from repos group by kind order by kind')
  }

  it('stores every repo of every kind and both tag lists', async () => {
    expect(statesOf(await crawlHub())).toEqual(COMPLETE)
    expect(await idsByKind()).toEqual([
      { kind: 'dataset', repos: hub.store.size('dataset') },
      { kind: 'model', repos: hub.store.size('model') },
      { kind: 'space', repos: hub.store.size('space') },
    ])
    expect(Number(await catalog.value(`select count(*) from tags where type = 'license'`))).toBeGreaterThan(5)
    expect(await catalog.value('select count(note) from passes')).toBe('0')
  })

  it('writes no row in a second run if the Hub has not changed', async () => {
    await crawlHub()
    const versions = `select md5(string_agg(v, ',' order by v)) from (
      select xmin::text || hub_id as v from catalog.repos union all
      select xmin::text || hub_id from catalog.repo_counters union all
      select xmin::text || kind || type || id from catalog.tags) all_rows`
    const before = await catalog.value(versions)
    const outcomes = await crawlHub()
    expect(outcomes.every((pass) => pass.inserted === 0 && pass.updated === 0)).toBe(true)
    expect(outcomes.map((pass) => pass.unchanged > 0)).toEqual([true, true, true, true])
    expect(await catalog.value(versions)).toBe(before)
  })

  it('resumes after the repo limit of an earlier run and completes', async () => {
    const first = await crawlHub({ kinds: ['model'], maxRepos: 40 })
    expect(first[0]).toMatchObject({ state: 'interrupted', pages: 2, repos: 40, note: { code: 'repo-limit' } })
    const events: CrawlEvent[] = []
    const second = await crawlHub({ kinds: ['model'], onEvent: (event) => events.push(event) })
    expect(events[0]).toMatchObject({ type: 'pass-started', resumed: true })
    expect(second[0]).toMatchObject({ state: 'complete', pages: 5, repos: 100, inserted: 100, unchanged: 0 })
  })

  it('is interrupted, not failed, at the request limit, and completes in the next run', async () => {
    const first = await crawlHub({ client: { maxRequests: 6 } })
    expect(first.map((pass) => pass.state)).not.toContain('failed')
    expect(statesOf(first)).toMatchObject({ model: 'interrupted' })
    const spent = hub.requests.total
    expect(spent).toBeLessThanOrEqual(6)
    expect(statesOf(await crawlHub())).toEqual(COMPLETE)
    expect(await catalog.value('select count(*) from repos')).toBe('200')
  })

  it('stops between pages on the signal, and resumes in the next run', async () => {
    const stop = new AbortController()
    const first = await crawlHub({
      kinds: ['model'],
      signal: stop.signal,
      onEvent: (event) => event.type === 'page' && event.counts.pages === 2 && stop.abort(),
    })
    expect(first[0]).toMatchObject({ state: 'interrupted', pages: 2, repos: 40 })
    expect(await catalog.value('select count(*) from models')).toBe('40')
    expect(statesOf(await crawlHub({ kinds: ['model'] }))).toEqual({ model: 'complete' })
    expect(await catalog.value('select count(*) from models')).toBe('100')
  })

  it('reports the counts of each page and of its pass, also over several runs', async () => {
    const events: CrawlEvent[] = []
    const options = {
      kinds: ['space', 'tags'] as const,
      pageSize: 10,
      onEvent: (event: CrawlEvent) => events.push(event),
    }
    await crawlHub({ ...options, client: { maxRequests: 4 } })
    await crawlHub(options)
    await crawlHub({ ...options, scope: 'recent' })
    const complete = events.flatMap((event) =>
      event.type === 'pass-ended' && event.outcome.state === 'complete' ? [event] : [],
    )
    expect(complete.length).toBeGreaterThanOrEqual(3)
    for (const { passId, outcome } of complete) {
      const pages = events.flatMap((event) => (event.type === 'page' && event.passId === passId ? [event] : []))
      expect(pages.map(({ counts }) => counts.pages)).toEqual(pages.map((_, index) => index + 1))
      for (const count of ['repos', 'inserted', 'updated', 'unchanged', 'rejected'] as const) {
        expect(pages.at(-1)?.counts[count]).toBe(outcome[count])
        expect(pages.reduce((sum, { step }) => sum + step[count], 0)).toBe(outcome[count])
      }
    }
  })

  const turns = new Turns()
  it.each([
    ['processes', [{ owner: 'first' }, { owner: 'second' }]],
    ['tokens of one process', [{ turns }, { turns }]],
  ])('shares the work between two %s, which do nothing twice', async (_, crawls) => {
    const runs = await Promise.all(crawls.map((options) => crawlHub({ pageSize: 4, ...options })))
    const states = runs.flat().map((pass) => pass.state)
    expect(states.filter((state) => state === 'leased').length).toBeGreaterThan(0)
    expect(states.filter((state) => state === 'failed')).toEqual([])
    expect(await catalog.value('select count(*) from repos')).toBe('200')
    expect(await catalog.value("select sum(inserted) from passes where kind <> 'tags'")).toBe('200')
  })
})
