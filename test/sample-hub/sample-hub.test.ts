import { describe, expect, test } from 'vitest'
import { createSampleHub } from '../../src/sample-hub/sample-hub.ts'
import { sharedHub } from '../support/hub/sample-hub.ts'
import { sharedData } from '../support/shared-data.ts'
import { walk } from './walk.ts'

describe('a generated Hub over HTTP', () => {
  const hub = sharedHub({ repos: 5000, seed: 3, quota: 0 })

  test.each([
    ['models', 2500],
    ['datasets', 1250],
    ['spaces', 1250],
  ])('lists all its %s, with at most a thousand per page', async (plural, size) => {
    for (const order of ['sort=createdAt&direction=1', 'sort=likes', '']) {
      const pages = await walk(`${hub.url}/api/${plural}?limit=5000&${order}`)
      expect(Math.max(...pages.map((page) => page.length))).toBe(1000)
      expect(new Set(pages.flat().map((repo) => repo._id)).size).toBe(size)
    }
  })

  test('answers details of listed repos, and redirects other letter case', async () => {
    const [page = []] = await walk(`${hub.url}/api/models?filter=gguf&full=true`)
    for (const { _id, id } of page.slice(0, 20)) {
      const upper = id.toUpperCase()
      const answer = await fetch(`${hub.url}/api/models/${upper}/revision/HEAD`)
      expect(await answer.json()).toMatchObject({ _id, id })
      expect(answer.redirected).toBe(upper !== id)
    }
  })

  test.each(['gzip', 'br'])('compresses with %s on request', async (encoding) => {
    const answer = await fetch(`${hub.url}/api/models`, { headers: { 'accept-encoding': encoding } })
    expect(answer.headers.get('content-encoding')).toBe(encoding)
    expect(await answer.json()).toHaveLength(1000)
  })

  test('sends plain bodies on request', async () => {
    const answer = await fetch(`${hub.url}/api/models`, { headers: { 'accept-encoding': 'identity' } })
    expect(answer.headers.has('content-encoding')).toBe(false)
    expect(Number(answer.headers.get('content-length'))).toBe((await answer.arrayBuffer()).byteLength)
  })
})

test('the quota of a window is enforced, and requests are counted', async () => {
  const clock = { ms: 1_000_000 }
  const hub = await createSampleHub({ repos: 10, quota: 2, windowSecs: 5, now: () => clock.ms })
  const statuses = async () => [await get(), await get(), await get()]
  const get = async () => (await fetch(`${hub.url}/api/models`)).status
  expect(await statuses()).toEqual([200, 200, 429])
  clock.ms += 5_000
  expect(await statuses()).toEqual([200, 200, 429])
  expect(hub.requests).toEqual({
    total: 6,
    throttled: 2,
    byStatus: { 200: 4, 429: 2 },
    windows: [
      { started: 1_000_000, used: 2, throttled: 1, usedOf: { api: 2, resolvers: 0 } },
      { started: 1_005_000, used: 2, throttled: 1, usedOf: { api: 2, resolvers: 0 } },
    ],
  })
  await hub.close()
})

test.each([
  [{ repos: -1 }, / -1 .*33554432/],
  [{ repos: 2.5 }, / 2\.5 /],
  [{ repos: 2 ** 26 }, / 67108864 /],
  [{ repos: 1, data: '.' }, /data.*repos|repos.*data/],
  [{ data: '/nonexistent' }, /\/nonexistent.*models\.jsonl/],
])('options %j are refused', async (options, message) => {
  await expect(createSampleHub(options)).rejects.toThrow(message)
})

const directory = sharedData()
describe.skipIf(directory === undefined)('real metadata', () => {
  const hub = sharedHub({ data: directory ?? '', quota: 0 })

  test.each([
    ['models', 30_752],
    ['datasets', 12_690],
    ['spaces', 1_478],
  ])('is served completely: %s', async (plural, size) => {
    const pages = await walk(`${hub.url}/api/${plural}?sort=createdAt&direction=1&expand=likes&expand=tags`)
    const repos = pages.flat()
    expect(repos).toHaveLength(size)
    expect(new Set(repos.map((repo) => repo._id)).size).toBe(size)
    expect(repos.every((repo) => typeof repo['likes'] === 'number')).toBe(true)
  })
})
