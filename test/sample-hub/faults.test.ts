import { afterEach, describe, expect, test } from 'vitest'
import { parseFault } from '../../src/sample-hub/faults/fault.ts'
import { FaultPlan } from '../../src/sample-hub/faults/fault-plan.ts'
import { createSampleHub, type SampleHub } from '../../src/sample-hub/sample-hub.ts'
import { nextOf, walk } from './walk.ts'

const hubs: SampleHub[] = []
afterEach(() => Promise.all(hubs.splice(0).map((hub) => hub.close())))

async function hubWith(...faults: string[]): Promise<SampleHub> {
  const hub = await createSampleHub({ repos: 400, quota: 0, faults: faults.map(parseFault) })
  hubs.push(hub)
  return hub
}

const models = (hub: SampleHub, limit = 50) => `${hub.url}/api/models?limit=${limit}&sort=createdAt&direction=1`

describe('the text of a fault', () => {
  test('names a kind and when it strikes', () => {
    expect(parseFault('latency')).toMatchObject({ kind: 'latency', ms: 100, rate: 1, every: 1, after: 0 })
    expect(parseFault('5xx:status=503,rate=0.25,path=/api/models?limit=5')).toMatchObject({
      kind: '5xx',
      status: 503,
      rate: 0.25,
      path: '/api/models?limit=5',
    })
  })

  test.each([
    ['nothing', /"nothing".*latency, 429, 5xx/],
    ['latency:ms', /"ms" .*latency.*key=value.*path, after/],
    ['reset:ms=3', /"ms=3" .*reset/],
    ['5xx:status=200', /status=200 .*5xx.* 500 .* 599/],
    ['cut:rate=often', /rate=often .*cut.* 0 .* 1/],
    ['cut:every=0', /every=0 .*cut.* 1/],
  ])('that is invalid is refused: %s', (text, message) => {
    expect(() => parseFault(text)).toThrow(message)
  })
})

describe('a fault strikes', () => {
  const strikes = (text: string, requests: number, url = '/api/models', seed = 1) => {
    const plan = new FaultPlan([parseFault(text)], seed)
    return Array.from({ length: requests }, () => plan.strike(url).length)
  }

  test('by count', () => {
    expect(strikes('reset', 3)).toEqual([1, 1, 1])
    expect(strikes('reset:after=1,every=2', 6)).toEqual([0, 0, 1, 0, 1, 0])
    expect(strikes('reset:times=2', 4)).toEqual([1, 1, 0, 0])
    expect(strikes('reset:path=/api/spaces', 2)).toEqual([0, 0])
  })

  test('by chance, the same for the same seed', () => {
    const struck = strikes('reset:rate=0.3', 1000)
    expect(struck.filter(Boolean).length / 1000).toBeCloseTo(0.3, 1)
    expect(strikes('reset:rate=0.3', 1000)).toEqual(struck)
    expect(strikes('reset:rate=0.3', 1000, '/api/models', 2)).not.toEqual(struck)
  })
})

describe('on demand', () => {
  test('responses are delayed', async () => {
    const hub = await hubWith('latency:ms=60')
    const start = performance.now()
    await fetch(models(hub))
    expect(performance.now() - start).toBeGreaterThanOrEqual(58)
  })

  test('a 429 comes before the quota is exhausted, with Retry-After or without', async () => {
    const hub = await hubWith('429:times=1', '429:retry-after=2')
    const [first, second] = [await fetch(models(hub)), await fetch(models(hub))]
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, null])
    expect([second.status, second.headers.get('retry-after')]).toEqual([429, '2'])
    expect(hub.requests).toMatchObject({ throttled: 2, byStatus: { 429: 2 } })
  })

  test('the server fails with each status', async () => {
    const hub = await hubWith('5xx')
    const statuses = new Set<number>()
    for (let request = 0; request < 40; request++) statuses.add((await fetch(models(hub))).status)
    expect([...statuses].sort()).toEqual([500, 502, 503, 504])
  })

  test('the connection is reset', async () => {
    const hub = await hubWith('reset:times=1')
    await expect(fetch(models(hub))).rejects.toThrow('fetch failed')
    expect((await fetch(models(hub))).status).toBe(200)
  })

  test.each(['identity', 'gzip', 'br'])('half of a body is sent (%s)', async (encoding) => {
    const hub = await hubWith('cut:times=1')
    const read = async () => (await fetch(models(hub), { headers: { 'accept-encoding': encoding } })).text()
    await expect(read()).rejects.toThrow()
    expect(JSON.parse(await read())).toHaveLength(50)
  })

  test('HTML is sent instead of JSON', async () => {
    const answer = await fetch(models(await hubWith('html')))
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  })

  test('JSON is truncated in a complete body', async () => {
    const text = await (await fetch(models(await hubWith('json')))).text()
    expect(() => JSON.parse(text)).toThrow(SyntaxError)
  })

  test('the Link points to another host', async () => {
    const next = nextOf(await fetch(models(await hubWith('other-host:host=evil.example:81'))))
    expect(next).toMatch(/^http:\/\/evil\.example:81\/api\/models\?.*cursor=/)
  })

  test('the Link points back to its own page', async () => {
    const hub = await hubWith('loop:after=1')
    const second = nextOf(await fetch(models(hub))) ?? ''
    expect(nextOf(await fetch(second))).toBe(second)
  })

  test('a page fails permanently, and only that page', async () => {
    const hub = await hubWith('dead-page:after=1')
    const second = nextOf(await fetch(models(hub))) ?? ''
    for (let attempt = 0; attempt < 3; attempt++) expect((await fetch(second)).status).toBe(504)
    expect((await fetch(models(hub, 7))).status).toBe(200)
  })

  test('a row is repeated on the next page', async () => {
    const pages = await walk(models(await hubWith('repeat:times=1')))
    expect(pages.map((page) => page.length)).toEqual([50, 51, 50, 50])
    expect(pages[1]?.[0]).toEqual(pages[0]?.at(-1))
  })

  test('a row is dropped between pages', async () => {
    const pages = await walk(models(await hubWith('drop:every=2')))
    expect(pages.map((page) => page.length)).toEqual([50, 49, 50, 50])
  })
})
