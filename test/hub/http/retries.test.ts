import type { RequestListener } from 'node:http'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { BrokenAnswer, RetryLater } from '../../../src/hub/errors.ts'
import { failureOf, sendJson, startClient, startServer } from '../test-server.ts'
import { fastClock } from '../virtual-clock.ts'

const GOOD = { id: 'a/b' }

/** Sends the given answers in order, then good ones. */
function inTurn(...answers: RequestListener[]) {
  let index = 0
  return startServer((request, response) => {
    const answer = answers[index++]
    if (answer === undefined) sendJson(response, GOOD)
    else answer(request, response)
  })
}

function status(code: number, headers: Record<string, string> = {}): RequestListener {
  return (_, response) => sendJson(response, { error: `answer ${code}` }, headers, code)
}

const reset: RequestListener = (request) => request.socket.destroy()

const cutBody: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
  response.write('{"id":')
  setImmediate(() => response.socket?.destroy())
}

const cutGzip: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
  response.end(gzipSync(JSON.stringify(GOOD)).subarray(0, 12))
}

const cutJson: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end('{"id":"a/')
}

const silent: RequestListener = () => undefined

const dripping: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  const drip = setInterval(() => response.write(' '), 20)
  response.on('close', () => clearInterval(drip))
}

async function addressOfNobody(): Promise<string> {
  const server = await startServer(silent)
  await server.stop()
  return server.url
}

function retriesOf({ events }: ReturnType<typeof startClient>) {
  return events.filter((event) => event.type === 'retry')
}

test.each([
  ['408', status(408)],
  ['500', status(500)],
  ['502', status(502)],
  ['503', status(503)],
  ['504', status(504)],
  ['a reset', reset],
  ['a body cut short', cutBody],
  ['a compressed body cut short', cutGzip],
  ['JSON cut short', cutJson],
  ['silence', silent],
  ['a slow body', dripping],
])('A request is retried after %s', async (_, failing) => {
  const server = await inTurn(failing)
  const hub = startClient(server.url, { headersTimeoutMs: 1_000, bodyTimeoutMs: 1_000, exchangeTimeoutMs: 2_000 })
  const answer = await hub.repoDetail('model', 'a/b')
  expect(answer.repo).toEqual(GOOD)
  expect(answer.requests).toBe(2)
  expect(hub.events.filter((event) => event.type === 'retry')).toHaveLength(1)
})

test.each([
  ['503', status(503)],
  ['a reset', reset],
])('%s ends in RetryLater once the retries are used up', async (_, failing) => {
  const server = await inTurn(failing, failing, failing)
  const failure = await failureOf(startClient(server.url, { retries: 2 }).repoDetail('model', 'a/b'))
  expect(failure).toBeInstanceOf(RetryLater)
  expect(String(failure)).toContain('attempt 3 of 3')
  expect(server.requests).toHaveLength(3)
})

test('JSON that stays damaged is a broken answer', async () => {
  const server = await inTurn(cutJson, cutJson, cutJson)
  const failure = await failureOf(startClient(server.url, { retries: 2 }).repoDetail('model', 'a/b'))
  expect(failure).toBeInstanceOf(BrokenAnswer)
  expect(server.requests).toHaveLength(3)
})

test('The error about an unreachable server names its address', async () => {
  const address = await addressOfNobody()
  const hub = startClient(address, { retries: 0 })
  const failure = await failureOf(hub.repoDetail('model', 'a/b'))
  expect(failure).toBeInstanceOf(RetryLater)
  expect(failure).toMatchObject({ isUnreachable: true, message: expect.stringContaining(address) })
})

test('An address that has never answered fails after three tries, and then at once', async () => {
  const url = await addressOfNobody()
  const hub = startClient(url, { retries: 5 })
  await failureOf(hub.repoDetail('model', 'a/b'))
  const reason = `${url} cannot be reached: nothing listens there (connection refused).`
  expect(retriesOf(hub)).toMatchObject([
    { reason, retriesLeft: 2 },
    { reason, retriesLeft: 1 },
  ])
  await failureOf(hub.repoDetail('model', 'a/c'))
  expect(hub.requestCounts.api).toBe(4)
})

test('A server that becomes unreachable after an answer gets all retries', async () => {
  const server = await startServer((_, response) => sendJson(response, GOOD, { connection: 'close' }))
  const hub = startClient(server.url, { retries: 5 })
  await hub.repoDetail('model', 'a/b')
  await server.stop()
  await failureOf(hub.repoDetail('model', 'a/b'))
  expect(retriesOf(hub)).toHaveLength(5)
})

test('The Retry-After of a 503 is respected', async () => {
  const server = await inTurn(status(503, { 'retry-after': '30' }))
  const clock = fastClock(100)
  const startedMs = clock.now()
  await startClient(server.url, { clock }).repoDetail('model', 'a/b')
  expect(clock.now() - startedMs).toBeGreaterThanOrEqual(29_500)
})

test('A Retry-After beyond the limit fails the request with its time', async () => {
  const server = await inTurn(status(429, { 'retry-after': '86400' }))
  const failure = await failureOf(startClient(server.url).repoDetail('model', 'a/b'))
  expect(failure).toBeInstanceOf(RetryLater)
  const hours = (((failure as RetryLater).untilMs ?? 0) - Date.now()) / 3_600_000
  expect(hours).toBeCloseTo(24, 1)
  expect(server.requests).toHaveLength(1)
})

test('A Retry-After beyond the limit does not delay other requests', async () => {
  const server = await inTurn(status(429, { 'retry-after': '86400' }))
  const hub = startClient(server.url)
  await failureOf(hub.repoDetail('model', 'a/b'))
  const signal = AbortSignal.timeout(2000)
  expect((await hub.repoDetail('model', 'a/b', { signal })).repo).toEqual(GOOD)
})

test('A Retry-After that is no valid date is ignored', async () => {
  const endOfTime = { date: 'Thu, 01 Jan 1970 00:00:00 GMT', 'retry-after': 'Sat, 13 Sep 275760 00:00:00 GMT' }
  const server = await inTurn(status(429, endOfTime))
  expect((await startClient(server.url).repoDetail('model', 'a/b')).repo).toEqual(GOOD)
})

test('A 429 does not count as a retry', async () => {
  const server = await inTurn(status(429), status(503), status(429), status(429), status(429))
  const hub = startClient(server.url, { retries: 1 })
  const answer = await hub.repoDetail('model', 'a/b')
  expect(answer).toMatchObject({ repo: GOOD, requests: 6 })
  expect(hub.requestCounts).toEqual({ api: 6, resolvers: 0, throttled: 4 })
})

test('Too many 429s in a row end in RetryLater', async () => {
  const server = await startServer(status(429))
  const failure = await failureOf(startClient(server.url, { maxConsecutive429s: 4 }).repoDetail('model', 'a/b'))
  expect(failure).toBeInstanceOf(RetryLater)
  expect(failure).toMatchObject({ status: 429, message: expect.stringContaining(' 4 ') })
  expect(server.requests).toHaveLength(4)
})

test('A 429 with requests left in the window backs off, too', async () => {
  const limit = { ratelimit: '"api";r=400;t=100', 'ratelimit-policy': '"fixed window";"api";q=500;w=300' }
  const server = await inTurn(status(429, limit), status(429, limit))
  const hub = startClient(server.url, { retryDelayMs: 40 })
  const startedMs = performance.now()
  await hub.repoDetail('model', 'a/b')
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(120)
})

test('A request is sent again after an exhausted window', async () => {
  const spent = { ratelimit: '"api";r=0;t=20', 'ratelimit-policy': '"fixed window";"api";q=5;w=20' }
  const server = await inTurn(status(429, spent))
  const clock = fastClock(100)
  const hub = startClient(server.url, { clock })
  const startedMs = clock.now()
  await hub.repoDetail('model', 'a/b')
  expect(clock.now() - startedMs).toBeGreaterThanOrEqual(20_000)
  expect(hub.events.map((event) => event.type)).toEqual(['request', 'throttled', 'waiting', 'request'])
})

test('The signal ends a wait between retries at once', async () => {
  const server = await startServer(status(503, { 'retry-after': '600' }))
  const stop = new AbortController()
  const hub = startClient(server.url)
  const detail = hub.repoDetail('model', 'a/b', { signal: stop.signal })
  await expect.poll(() => hub.events.some((event) => event.type === 'retry')).toBe(true)
  stop.abort(new Error('stopped by the test'))
  await expect(detail).rejects.toThrow('stopped by the test')
})

test('Closing a client fails its requests at once', async () => {
  const server = await startServer(silent)
  const hub = startClient(server.url)
  const detail = failureOf(hub.repoDetail('model', 'a/b'))
  await expect.poll(() => server.requests.length).toBe(1)
  await hub.close()
  expect(String(await detail)).toContain('was closed')
  expect(String(await failureOf(hub.repoDetail('model', 'a/b')))).toContain('was closed')
  expect(server.requests).toHaveLength(1)
})
