import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { createFault, type Fault } from '../../../src/sample-hub/faults/fault.ts'
import { createSampleHub, type SampleHub } from '../../../src/sample-hub/sample-hub.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { crawlOnce, type TestCrawl } from '../../support/catalog/crawl.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { numberedRepos } from '../../support/hub/sample-hub.ts'

const MINUTE = 60_000
const START = Date.UTC(2026, 5, 1)

describe.each(anyCatalogTarget)('a pass over a list with a page that always fails ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)
  let hub: SampleHub | undefined

  afterEach(async () => {
    await hub?.close()
    hub = undefined
  })

  const nameOf = (index: number) => `owner/repo-${index}`
  const createdAt = (index: number) => new Date(START + index * MINUTE).toISOString()
  const repos = (count: number) =>
    numberedRepos(count, (index) => ({
      createdAt: createdAt(index),
      lastModified: createdAt(index),
      likes: index,
      tags: ['license:mit', 'region:us'],
      cardData: { license: 'mit', language: ['en', 'de'] },
      siblings: [{ rfilename: 'README.md' }],
    }))
  const bad = (index: number, given: Partial<Fault> = {}) => createFault('bad-page', { repo: nameOf(index), ...given })

  /** The same Hub with other faults at the same address. */
  async function serve(count: number, ...faults: Fault[]): Promise<SampleHub> {
    const port = hub === undefined ? 0 : Number(new URL(hub.url).port)
    await hub?.close()
    hub = await createSampleHub({ payloads: { models: repos(count) }, quota: 0, port, faults, now: () => START + 1e9 })
    return hub
  }

  const crawl = async (options: TestCrawl = {}) => {
    const outcomes = await crawlOnce(catalog, hub?.url ?? '', {
      kinds: ['model'],
      pageSize: 20,
      client: { retries: 1, retryDelayMs: 1 },
      ...options,
    })
    const [outcome] = outcomes
    if (outcome === undefined) throw new Error('No pass was walked.')
    return outcome
  }
  const known = async () => (await catalog.rows('select id from models order by created_at')).map(({ id }) => String(id))
  const rowOf = (id: string) => catalog.rows(`select * from catalog.repos where id = '${id}'`)
  const all = (count: number, but: readonly number[] = []) =>
    Array.from({ length: count }, (_, index) => index).flatMap((index) => (but.includes(index) ? [] : [nameOf(index)]))

  it.each<Partial<Fault>>([{ status: 500 }, { status: 504 }, { body: 'nan' }, { body: 'half' }])(
    'skips only the bad repo and completes with a gap: %j',
    async (given) => {
      await serve(100, bad(47, given))
      const outcome = await crawl()
      const place = (index: number) => ({ createdAt: createdAt(index), id: nameOf(index) })
      expect(outcome).toMatchObject({
        ...{ state: 'complete', repos: 99, removed: 0 },
        gaps: [{ after: place(46), before: place(48), reason: expect.stringContaining('/api/models') }],
        note: { code: 'gap' },
      })
      expect(await known()).toEqual(all(100, [47]))
      expect(await catalog.rows('select task, kind, hub_id, cause from failures')).toEqual([
        {
          task: 'listing',
          kind: 'model',
          hub_id: 'model',
          cause: given.body === undefined ? 'server-error' : 'broken-answer',
        },
      ])
      expect(await catalog.value("select gaps -> 0 ->> 'after_id' from passes")).toBe(nameOf(46))

      await serve(100)
      expect(await crawl()).toMatchObject({ state: 'complete', gaps: [], note: null, inserted: 1 })
      expect(await known()).toEqual(all(100))
      expect(await catalog.rows('select * from failures')).toEqual([])
    },
  )

  it('has no gap if only heavy properties fail, and keeps the stored values of these', async () => {
    await serve(60)
    await crawl()
    const before = await rowOf(nameOf(31))
    const requests = (await serve(60, bad(31, { field: 'cardData' }))).requests
    expect(await crawl()).toMatchObject({
      state: 'complete',
      gaps: [],
      repos: 60,
      inserted: 0,
      updated: 0,
      unchanged: 60,
    })
    expect(requests.total).toBeLessThan(40)
    expect(await rowOf(nameOf(31))).toEqual(before)
  })

  it('updates a repo that comes with few properties, and keeps the others', async () => {
    await serve(40)
    await crawl()
    const served = await serve(40, bad(31, { field: 'siblings' }))
    served.change.move('model', nameOf(31), 'owner/renamed')
    const faults = [createFault('bad-page', { repo: 'owner/renamed', field: 'siblings' })]
    const renamed = repos(40).map((repo) => (repo.id === nameOf(31) ? { ...repo, id: 'owner/renamed' } : repo))
    const { port } = new URL(served.url)
    await served.close()
    hub = await createSampleHub({ payloads: { models: renamed }, quota: 0, port: Number(port), faults })
    expect(await crawl()).toMatchObject({ state: 'complete', gaps: [], updated: 1 })
    const [row] = await rowOf('owner/renamed')
    expect(row).toMatchObject({ license: 'mit', languages: ['en', 'de'], card: { language: ['en', 'de'] } })
    expect(row?.['payload']).toMatchObject({ siblings: [{ rfilename: 'README.md' }] })
    expect(await crawl()).toMatchObject({ updated: 0, unchanged: 40 })
    expect(await catalog.rows("select event from catalog.repo_events where event not in ('appeared')")).toEqual([
      { event: 'renamed' },
    ])
  })

  it('removes repos outside of the gap but none within it', async () => {
    await serve(100)
    await crawl()
    const served = await serve(100, bad(47), bad(60))
    for (const index of [10, 50, 90]) served.change.delete('model', nameOf(index))
    const outcome = await crawl()
    expect(outcome).toMatchObject({ state: 'complete', removed: 2, unconfirmed: 0 })
    expect(outcome.gaps).toMatchObject([{ after: { id: nameOf(46) }, before: { id: nameOf(61) } }])
    expect(await known()).toEqual(all(100, [10, 90]))
  })

  it.each([
    ['first', 0, { after: null, before: { id: nameOf(1) } }],
    ['last', 99, { after: { id: nameOf(98) }, before: null }],
  ])('can have the gap at an end: the %s repo', async (_which, index, gap) => {
    await serve(100, bad(index))
    expect(await crawl()).toMatchObject({ state: 'complete', repos: 99, gaps: [gap] })
    expect(await known()).toEqual(all(100, [index]))
  })

  it('reads every repo in small pages if large ones fail', async () => {
    await serve(100, createFault('bad-page', { over: 7 }))
    expect(await crawl()).toMatchObject({ state: 'complete', repos: 100, gaps: [], inserted: 100 })
    expect((await rowOf(nameOf(50)))[0]).toMatchObject({ languages: ['en', 'de'] })
  })

  it('has no gap if the Hub fails at everything', async () => {
    await serve(100)
    await crawl({ maxRepos: 40 })
    await serve(100, createFault('5xx'))
    expect(await crawl()).toMatchObject({ state: 'failed', gaps: [] })
    expect(await catalog.rows('select * from catalog.pass_gaps')).toEqual([])
    expect(hub?.requests.total).toBeLessThan(12)
    await serve(100)
    expect(await crawl()).toMatchObject({ state: 'complete', repos: 100, pages: 5 })
  })

  it('fails if the Hub does not list from the other end', async () => {
    const payloads = { models: repos(40) }
    hub = await createSampleHub({ payloads, quota: 0, ascendingCreatedAt: false, faults: [bad(13)] })
    expect(await crawl()).toMatchObject({ state: 'failed', gaps: [], note: { code: 'bad-page' } })
    expect(await catalog.rows('select * from catalog.pass_gaps')).toEqual([])
  })

  it('resumes from a saved link with another page size', async () => {
    await serve(100, createFault('bad-page', { over: 9 }))
    await crawl({ pageSize: 5, maxRepos: 20 })
    const urls: string[] = []
    await hub?.close()
    hub = await createSampleHub({
      ...{ payloads: { models: repos(100) }, quota: 0, port: Number(new URL(hub?.url ?? '').port) },
      onRequest: (url) => urls.push(url),
    })
    expect(await crawl({ pageSize: 40 })).toMatchObject({ state: 'complete', repos: 100, pages: 6 })
    expect(urls.filter((url) => url.startsWith('/api/models?') && !url.includes('limit=40'))).toEqual([])
  })

  it('does not advance the watermark of a recent pass, and a full pass lets the next one continue', async () => {
    await serve(100)
    await crawl()
    await crawl({ scope: 'recent' })
    const since = await catalog.rows("select modified_until from catalog.passes where scope = 'recent'")
    await serve(160, bad(130))
    const recent = await crawl({ scope: 'recent', overlapMs: 0 })
    expect(recent).toMatchObject({ state: 'failed', note: { code: 'bad-page' } })
    expect(await known()).toEqual([...all(100), ...all(160).slice(131)])
    const watermark = await catalog.rows(
      "select modified_until from catalog.passes where scope = 'recent' and state = 'complete'",
    )
    expect(watermark).toEqual(since)
    expect(await crawl()).toMatchObject({ state: 'complete', repos: 159 })
    expect(await crawl({ scope: 'recent', overlapMs: 0 })).toMatchObject({ state: 'complete' })
  })

  it('ends with the same gap wherever it is interrupted, and is whole once the pages are good', async () => {
    const count = 40
    const scenario = fc.record({
      broken: fc.uniqueArray(fc.nat(count - 1), { minLength: 1, maxLength: 4 }),
      light: fc.uniqueArray(fc.nat(count - 1), { maxLength: 2 }),
      pageSize: fc.integer({ min: 1, max: 50 }),
      runs: fc.array(fc.integer({ min: 3, max: 12 }), { maxLength: 6 }),
      isKnown: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(scenario, async ({ broken, light, pageSize, runs, isKnown }) => {
        const first = Math.min(...broken)
        const last = Math.max(...broken)
        fc.pre(first > 0 || last < count - 1)
        await catalog.empty()
        await serve(count)
        if (isKnown) await crawl()
        await serve(count, ...broken.map((index) => bad(index)), ...light.map((index) => bad(index, { field: 'cardData' })))
        // The request limit stops the walk at any point, as a kill would. With retries no run would end there.
        for (const maxRequests of runs) await crawl({ pageSize, client: { maxRequests, retries: 0, retryDelayMs: 1 } })
        const outcome = await crawl({ pageSize, client: { retries: 0, retryDelayMs: 1 } })
        const gap = Array.from({ length: last - first + 1 }, (_, index) => first + index)
        expect(outcome).toMatchObject({ state: 'complete', removed: 0, unconfirmed: 0 })
        expect(outcome.gaps).toMatchObject([
          {
            after: first === 0 ? null : { id: nameOf(first - 1) },
            before: last === count - 1 ? null : { id: nameOf(last + 1) },
          },
        ])
        expect(await known()).toEqual(isKnown ? all(count) : all(count, gap))
        await serve(count)
        expect(await crawl({ pageSize })).toMatchObject({ state: 'complete', gaps: [], repos: count })
        expect(await catalog.rows('select id, content_hash from catalog.repos order by id')).toEqual(await hashes(count))
        expect(await catalog.rows('select * from failures')).toEqual([])
      }),
      { numRuns: 12 },
    )
  })

  let whole: Record<string, unknown>[] | undefined
  /** The result of an uninterrupted run. */
  async function hashes(count: number) {
    if (whole !== undefined) return whole
    const rows = await catalog.rows('select * from catalog.repos')
    await catalog.empty()
    await serve(count)
    await crawl()
    whole = await catalog.rows('select id, content_hash from catalog.repos order by id')
    expect(rows).toHaveLength(whole.length)
    return whole
  }
})
