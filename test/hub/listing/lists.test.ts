import { expect, test } from 'vitest'
import { BrokenAnswer, BrokenLink, Refused } from '../../../src/hub/errors.ts'
import { LISTING_EXPAND } from '../../../src/hub/listing/expand.ts'
import { allOf, failureOf, sendJson, startClient, startServer } from '../test-server.ts'

/** A listing of pages with one repo each. */
function pages(count: number) {
  return startServer((request, response) => {
    const url = new URL(request.url ?? '', `http://${request.headers.host}`)
    const page = Number(url.searchParams.get('cursor') ?? 1)
    url.searchParams.set('cursor', String(page + 1))
    sendJson(response, [{ id: `owner/${page}` }], page < count ? { link: `<${url.href}>; rel="next"` } : {})
  })
}

test('A listing is walked to its end, page by page', async () => {
  const server = await pages(3)
  const walked = await allOf(startClient(server.url).listPages('model', { limit: 1 }))
  expect(walked.map((page) => [page.number, page.items, page.requests])).toEqual([
    [1, [{ id: 'owner/1' }], 1],
    [2, [{ id: 'owner/2' }], 1],
    [3, [{ id: 'owner/3' }], 1],
  ])
  expect(walked.at(-1)?.next).toBeUndefined()
})

test('The next page is requested only when the caller asks for it', async () => {
  const server = await pages(3)
  for await (const _page of startClient(server.url).listPages('model', {})) break
  expect(server.requests).toHaveLength(1)
})

test('A saved link is followed verbatim', async () => {
  const server = await pages(5)
  const url = `${server.url}/api/models?limit=1&cursor=4&odd=%2B%20a`
  const walked = await allOf(startClient(server.url).listPages('model', {}, { from: { url } }))
  expect(server.requests[0]?.url).toBe('/api/models?limit=1&cursor=4&odd=%2B%20a')
  expect(walked.map((page) => page.items)).toEqual([[{ id: 'owner/4' }], [{ id: 'owner/5' }]])
})

test('All properties are expanded unless another shape is requested', async () => {
  const server = await pages(1)
  const hub = startClient(server.url)
  await allOf(hub.listPages('dataset', { sort: 'createdAt', direction: 1 }))
  await allOf(hub.listPages('dataset', { full: true }))
  await allOf(hub.listPages('dataset', { expand: [] }))
  const asked = server.requests.map((request) => new URL(request.url ?? '', server.url).searchParams)
  expect(asked.map((query) => query.getAll('expand'))).toEqual([LISTING_EXPAND.dataset, [], []])
  expect(asked[0]?.get('direction')).toBe('1')
})

test('Every parameter is sent under the name that the Hub has for it', async () => {
  const server = await pages(1)
  await allOf(
    startClient(server.url).listPages('model', {
      search: ['ü &', 'x'],
      filter: ['license:mit', 'gguf'],
      gated: false,
      pipelineTag: 'text-generation',
      inferenceProvider: ['all'],
      numParameters: 'min:6B',
      limit: 5,
      expand: ['likes'],
    }),
  )
  expect([...new URL(server.requests[0]?.url ?? '', server.url).searchParams]).toEqual([
    ['search', 'ü &'],
    ['search', 'x'],
    ['filter', 'license:mit'],
    ['filter', 'gguf'],
    ['gated', 'false'],
    ['pipeline_tag', 'text-generation'],
    ['inference_provider', 'all'],
    ['num_parameters', 'min:6B'],
    ['limit', '5'],
    ['expand', 'likes'],
  ])
})

test('Contradictory parameters are refused before anything is sent', async () => {
  const server = await pages(1)
  const hub = startClient(server.url)
  await expect(allOf(hub.listPages('model', { full: true, expand: ['likes'] }))).rejects.toThrow(/expand.*full/)
  await expect(allOf(hub.listPages('model', { limit: 0 }))).rejects.toThrow(' 0')
  expect(server.requests).toHaveLength(0)
})

test('Properties that the server refuses are left out from then on', async () => {
  const server = await startServer((request, response) => {
    const asked = new URL(request.url ?? '', 'http://host').searchParams.getAll('expand')
    if (asked.includes('usedStorage')) sendJson(response, { error: '"expand" must be one of [author, likes]' }, {}, 400)
    else sendJson(response, [asked])
  })
  const hub = startClient(server.url)
  const parameters = { expand: ['author', 'usedStorage', 'likes'] }
  const [first] = await allOf(hub.listPages('model', parameters))
  const [second] = await allOf(hub.listPages('model', parameters))
  expect(first).toMatchObject({ items: [['author', 'likes']], requests: 2 })
  expect(second).toMatchObject({ items: [['author', 'likes']], requests: 1 })
  expect(hub.events).toContainEqual({ type: 'expand-refused', kind: 'model', properties: ['usedStorage'] })
})

test('A request for refused properties only is refused and does not get the default shape', async () => {
  const server = await startServer((request, response) => {
    const asked = new URL(request.url ?? '', 'http://host').searchParams.getAll('expand')
    if (asked.includes('usedStorage')) sendJson(response, { error: '"expand" must be one of [author, likes]' }, {}, 400)
    else sendJson(response, [asked])
  })
  const hub = startClient(server.url)
  await allOf(hub.listPages('model', { expand: ['author', 'usedStorage'] }))
  expect(await failureOf(allOf(hub.listPages('model', { expand: ['usedStorage'] })))).toBeInstanceOf(Refused)
})

test('A refusal that names no properties is not retried', async () => {
  const server = await startServer((_, response) => sendJson(response, { error: '"expand" is too long' }, {}, 400))
  const failure = await failureOf(allOf(startClient(server.url).listPages('model', {})))
  expect(failure).toBeInstanceOf(Refused)
  expect(failure).toMatchObject({ status: 400, serverMessage: '"expand" is too long' })
  expect(server.requests).toHaveLength(1)
})

test('A server that refuses the corrected request, too, gets only two requests', async () => {
  const refusal = { error: '"expand" must be one of [author, likes]' }
  const server = await startServer((_, response) => sendJson(response, refusal, {}, 400))
  const walk = allOf(startClient(server.url).listPages('model', { expand: ['author', 'sha'] }))
  expect(await failureOf(walk)).toBeInstanceOf(Refused)
  expect(server.requests).toHaveLength(2)
})

test('A link to another host is not followed, and the error names both hosts', async () => {
  const other = await startServer((_, response) => sendJson(response, []))
  const server = await startServer((_, response) =>
    sendJson(response, [], { link: `<${other.url}/api/models?cursor=2>; rel="next"` }),
  )
  const failure = await failureOf(allOf(startClient(server.url, { token: 'hf_secret' }).listPages('model', {})))
  expect(failure).toBeInstanceOf(BrokenAnswer)
  expect(String(failure)).toContain(other.url)
  expect(String(failure)).toContain(server.url)
  expect(other.requests).toHaveLength(0)
})

/** A listing of three pages below a prefix. `link` changes the links. */
function proxied(link: (right: URL) => string) {
  return startServer((request, response) => {
    const url = new URL(request.url ?? '', `http://${request.headers.host}`)
    const page = Number(url.searchParams.get('cursor') ?? 1)
    url.searchParams.set('cursor', String(page + 1))
    const isKnown = url.pathname === '/hub/api/models'
    const headers: Record<string, string> = page < 3 ? { link: `<${link(url)}>; rel="next"` } : {}
    sendJson(response, [{ id: `owner/${page}` }], headers, isKnown ? 200 : 404)
  })
}

test.each<[string, (right: URL) => string, boolean]>([
  ['relative to the server', ({ pathname, search }) => pathname + search, false],
  ['relative to the page', ({ search }) => search, false],
  ['of the Hub behind it', ({ search }) => `https://huggingface.co/api/models${search}`, true],
  ['with another scheme', ({ host, pathname, search }) => `https://${host}${pathname}${search}`, true],
  ['without the prefix', ({ origin, search }) => `${origin}/api/models${search}`, true],
  ['relative without the prefix', ({ search }) => `/api/models${search}`, true],
])('A listing is walked to its end with links %s', async (_, link, isForeign) => {
  const server = await proxied(link)
  const endpoint = `${server.url}/hub`
  const hub = startClient(endpoint, { token: 'hf_secret' })
  const walked = await allOf(hub.listPages('model', { sort: 'createdAt', limit: 1 }))
  expect(walked.map((page) => page.items)).toEqual([[{ id: 'owner/1' }], [{ id: 'owner/2' }], [{ id: 'owner/3' }]])
  expect(walked[0]?.next).toMatch(new RegExp(`^${endpoint}/api/models\\?sort=createdAt&limit=1&.*cursor=2$`))
  const reports = hub.events.filter((event) => event.type === 'readdressed')
  expect(reports).toHaveLength(isForeign ? 1 : 0)

  const resumed = await allOf(hub.listPages('model', { sort: 'createdAt', limit: 5 }, { from: { url: walked[0]?.next ?? '' } }))
  expect(resumed.map((page) => page.items)).toEqual([[{ id: 'owner/2' }], [{ id: 'owner/3' }]])
})

test.each([
  ['other parameters', '/api/models?sort=likes&cursor=2'],
  ['another list', '/api/datasets?sort=createdAt&cursor=2'],
])('A link of another server with %s is not followed', async (_, target) => {
  const server = await startServer((_request, response) =>
    sendJson(response, [], { link: `<https://huggingface.co${target}>; rel="next"` }),
  )
  const walk = allOf(startClient(server.url).listPages('model', { sort: 'createdAt', expand: [] }))
  expect(await failureOf(walk)).toBeInstanceOf(BrokenAnswer)
  expect(server.requests).toHaveLength(1)
})

test.each(['/api/datasets?cursor=2', '/evil', 'not a url'])(
  'A link to %s instead of the listing is not followed',
  async (target) => {
    const server = await startServer((request, response) => {
      const link = target.startsWith('/') ? `http://${request.headers.host}${target}` : target
      sendJson(response, [], { link: `<${link}>; rel="next"` })
    })
    expect(await failureOf(allOf(startClient(server.url).listPages('model', {})))).toBeInstanceOf(BrokenAnswer)
    expect(server.requests).toHaveLength(1)
  },
)

test('A saved link to another host is refused before anything is sent', async () => {
  const server = await pages(1)
  const from = { url: 'https://elsewhere.example/api/models?cursor=2' }
  const failure = await failureOf(allOf(startClient(server.url).listPages('model', {}, { from })))
  expect(failure).toBeInstanceOf(BrokenAnswer)
  expect(server.requests).toHaveLength(0)
})

test.each([1, 2, 3])('A circle of links over %i pages ends the walk', async (length) => {
  const server = await startServer((request, response) => {
    const url = new URL(request.url ?? '', `http://${request.headers.host}`)
    const page = Number(url.searchParams.get('cursor') ?? 0)
    url.searchParams.set('cursor', String((page % length) + 1))
    sendJson(response, [], { link: `<${url.href}>; rel="next"` })
  })
  const failure = await failureOf(allOf(startClient(server.url).listPages('model', {})))
  expect(failure).toBeInstanceOf(BrokenAnswer)
  expect(failure).toBeInstanceOf(BrokenLink)
  expect(server.requests).toHaveLength(length + 1)
})

test.each([{}, null, 'text', 5])('A listing that is %j is a broken answer', async (json) => {
  const server = await startServer((_, response) => sendJson(response, json))
  const failure = await failureOf(allOf(startClient(server.url).listPages('space', {})))
  expect(failure).toBeInstanceOf(BrokenAnswer)
})

test('A walk stops with the signal', async () => {
  const server = await startServer(() => undefined)
  const stop = new AbortController()
  const walk = allOf(startClient(server.url).listPages('model', {}, { signal: stop.signal }))
  await expect.poll(() => server.requests.length).toBe(1)
  stop.abort(new Error('stopped by the test'))
  await expect(walk).rejects.toThrow('stopped by the test')
})
