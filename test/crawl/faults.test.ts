import { afterEach, describe, expect, it } from 'vitest'
import type { HubEvent } from '../../src/hub/events.ts'
import { createFault, type FaultKind } from '../../src/sample-hub/faults/fault.ts'
import { createSampleHub, type SampleHub } from '../../src/sample-hub/sample-hub.ts'
import { sharedCatalog } from '../support/catalog/catalog.ts'
import { crawlOnce, statesOf } from '../support/catalog/crawl.ts'
import { anyCatalogTarget } from '../support/catalog/embedded.ts'

const COMPLETE = { model: 'complete', dataset: 'complete', space: 'complete', tags: 'complete' }

// Faults of the Hub do not depend on the engine of the catalog.
describe.each(anyCatalogTarget)('a crawl of a sample Hub with faults ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)
  let hub: SampleHub

  afterEach(async () => {
    await hub.close()
  })

  function startHub(...faults: ReturnType<typeof createFault>[]): Promise<SampleHub> {
    return createSampleHub({ repos: 1_000, seed: 5, quota: 0, faults })
  }

  it.each<FaultKind>(['429', '5xx', 'reset', 'cut', 'json'])('completes despite passing faults: %s', async (kind) => {
    hub = await startHub(createFault(kind, { every: 3 }))
    const outcomes = await crawlOnce(catalog, hub.url, { client: { retries: 8 } })
    expect(statesOf(outcomes)).toEqual(COMPLETE)
    expect(await catalog.value('select count(*) from repos')).toBe('1000')
  })

  it('resumes a failed pass at its last page', async () => {
    hub = await startHub(createFault('loop', { path: '/api/models?sort=createdAt&direction=1', after: 2 }))
    const outcomes = await crawlOnce(catalog, hub.url, { client: { retries: 1 } })
    expect(statesOf(outcomes)).toEqual({ ...COMPLETE, model: 'failed' })
    expect(outcomes[0]?.note).toMatchObject({ code: 'broken-answer' })
    expect(Number(await catalog.value('select count(*) from models'))).toBeGreaterThanOrEqual(200)
    expect(await catalog.value(`select error_code from passes where kind = 'model'`)).toBe('broken-answer')

    const { port } = new URL(hub.url)
    await hub.close()
    hub = await createSampleHub({ repos: 1_000, seed: 5, quota: 0, port: Number(port) })
    expect(statesOf(await crawlOnce(catalog, hub.url))).toEqual(COMPLETE)
    expect(await catalog.value(`select pages from passes where kind = 'model'`)).toBe('5')
    expect(await catalog.value('select count(*) from models')).toBe('500')
  })

  it('requests pages from the endpoint if their links name another host, and reports that once', async () => {
    hub = await startHub(createFault('other-host', { path: '/api/models?sort=createdAt&direction=1' }))
    const events: HubEvent[] = []
    const client = { onEvent: (event: HubEvent) => events.push(event) }
    expect(statesOf(await crawlOnce(catalog, hub.url, { client }))).toEqual(COMPLETE)
    expect(await catalog.value('select count(*) from repos')).toBe('1000')
    expect(events.filter(({ type }) => type === 'readdressed')).toEqual([
      { type: 'readdressed', from: `http://other-host.example:${new URL(hub.url).port}`, to: hub.url },
    ])
  })

  it('writes one tag list if the other fails, and fetches only the failed one in the next run', async () => {
    hub = await startHub(createFault('5xx', { path: '/api/models-tags-by-type', times: 2 }))
    const crawl = () => crawlOnce(catalog, hub.url, { kinds: ['tags'], client: { retries: 1 } })
    expect(await crawl()).toMatchObject([{ state: 'failed', pages: 1 }])
    expect(await catalog.rows('select distinct kind from tags')).toEqual([{ kind: 'dataset' }])
    expect(await crawl()).toMatchObject([{ state: 'complete', pages: 2 }])
    expect(await catalog.rows('select distinct kind from tags order by kind')).toEqual([{ kind: 'dataset' }, { kind: 'model' }])
  })

  it('stores each repo once if the listing repeats rows between pages', async () => {
    hub = await startHub(createFault('repeat', { path: 'cursor=' }))
    expect(statesOf(await crawlOnce(catalog, hub.url))).toEqual(COMPLETE)
    expect(await catalog.value('select count(*) from repos')).toBe('1000')
  })

  it('finds repos that the listing dropped in the next pass', async () => {
    hub = await startHub(createFault('drop', { path: '/api/models?', times: 3 }))
    await crawlOnce(catalog, hub.url)
    expect(Number(await catalog.value('select count(*) from models'))).toBeLessThan(500)
    await crawlOnce(catalog, hub.url)
    expect(await catalog.value('select count(*) from models')).toBe('500')
  })

  it('notes that the Hub does not list by creation', async () => {
    hub = await createSampleHub({ repos: 1_000, seed: 5, quota: 0, ascendingCreatedAt: false })
    const [models] = await crawlOnce(catalog, hub.url, { kinds: ['model'] })
    expect(models).toMatchObject({ state: 'complete', note: { code: 'out-of-order' } })
  })

  it('restarts the pass if the Hub refuses the saved cursor', async () => {
    hub = await startHub()
    await crawlOnce(catalog, hub.url, { kinds: ['model'], maxRepos: 200 })
    await catalog.rows(`update catalog.passes set cursor = regexp_replace(cursor, 'cursor=[^&]*', 'cursor=stale')`)
    const [models] = await crawlOnce(catalog, hub.url, { kinds: ['model'] })
    expect(models).toMatchObject({ state: 'complete', note: { code: 'cursor-refused' } })
    expect(await catalog.value('select count(*) from models')).toBe('500')
  })

  it('continues without properties that the Hub refuses to list', async () => {
    hub = await createSampleHub({ repos: 200, quota: 0, expandRefusedOnLists: ['childrenModelCount', 'usedStorage'] })
    expect(statesOf(await crawlOnce(catalog, hub.url))).toEqual(COMPLETE)
    expect(await catalog.value('select count(*) from repos')).toBe('200')
  })

  it('leaves out private repos unless they are requested', async () => {
    const models = [
      { id: 'a/open', private: false },
      { id: 'a/secret', private: true },
    ]
    hub = await createSampleHub({ payloads: { models }, quota: 0 })
    const client = { token: 'hf_a' }
    await crawlOnce(catalog, hub.url, { kinds: ['model'], client })
    expect(await catalog.rows('select id from models')).toEqual([{ id: 'a/open' }])
    await crawlOnce(catalog, hub.url, { kinds: ['model'], client, includePrivate: true })
    expect(await catalog.value('select count(*) from models')).toBe('2')
  })

  it.each([
    ['nothing listens at the endpoint', 'http://127.0.0.1:9', 'network'],
    ['the endpoint is not a Hub', undefined, 'broken-answer'],
  ])('fails with a code and without a repo if %s', async (_case, given, code) => {
    hub = await startHub(createFault('html'))
    const outcomes = await crawlOnce(catalog, given ?? hub.url, { kinds: ['model'], client: { retries: 1 } })
    expect(outcomes[0]).toMatchObject({ state: 'failed', repos: 0, note: { code } })
  })
})
