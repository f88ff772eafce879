import type { RequestListener } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { failureReport } from '../../../src/catalog/stages/failure-cause.ts'
import { BrokenAnswer, HubError, OutcomeUnknown } from '../../../src/hub/errors.ts'
import { allOf, failureOf, sendJson, startClient, startServer } from '../test-server.ts'

/** A server that keeps writing to every connection. */
async function babbling(first: string, again: string): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => {
      socket.write(first)
      const timer = setInterval(() => socket.write(again), 10)
      socket.on('close', () => clearInterval(timer))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

describe('One deadline ends an exchange that never does:', () => {
  test.each([
    ['hints', '', 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'],
    ['an endless header', 'HTTP/1.1 200 OK\r\nx-long: ', 'x'],
    ['an endless slow body', 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n', ' '],
    ['an endless slow error', 'HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain\r\n\r\n', 'x'],
    ['an endless slow redirect', 'HTTP/1.1 302 Found\r\nlocation: /y\r\n\r\n', 'x'],
  ])('%s', async (_, first, again) => {
    const url = await babbling(first, again)
    const hub = startClient(url, { retries: 0, exchangeTimeoutMs: 300 })
    const [detail, file, list, write] = await Promise.all([
      failureOf(hub.repoDetail('model', 'a/b')),
      failureOf(hub.repoFile('model', 'a/b', 'f', { maxBytes: 1e6 })),
      failureOf(allOf(hub.listPages('model', {}))),
      failureOf(hub.deleteRepo('model', 'a/b')),
    ])
    for (const failure of [detail, file, list]) expect(failureReport(failure).cause).toBe('timeout')
    expect(write).toBeInstanceOf(OutcomeUnknown)
    for (const failure of [detail, file, list, write]) {
      expect(String(failure)).toMatch(/ 0\.3 s.*HUBDEX_EXCHANGE_TIMEOUT_MS/)
    }
  })
})

test('A body that pauses too long fails before the deadline of the exchange', async () => {
  const server = await startServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write('[')
  })
  const hub = startClient(server.url, { retries: 0, bodyTimeoutMs: 100, exchangeTimeoutMs: 600_000 })
  const failure = await failureOf(hub.repoDetail('model', 'a/b'))
  expect(String(failure)).toContain(' 0.1 s')
  expect(failureReport(failure).cause).toBe('timeout')
})

/** Endless pages, each with a link to the next. */
function endless(itemsOf: (page: number) => unknown[], last = Number.POSITIVE_INFINITY) {
  const answer: RequestListener = (request, response) => {
    const url = new URL(request.url ?? '', `http://${request.headers.host}`)
    const page = Number(url.searchParams.get('cursor') ?? 1)
    url.searchParams.set('cursor', String(page + 1))
    sendJson(response, itemsOf(page), page < last ? { link: `<${url.href}>; rel="next"` } : {})
  }
  return startServer(answer)
}

test.each([
  ['empty', () => []],
  ['the same', () => [{ id: 'a/b' }, { id: 'a/c' }]],
  ['the same in turn', (page: number) => [{ id: `a/${page % 7}` }]],
  ['without repos', () => [null, 1, [], { id: { toString: 1 } }]],
])('A walk of a listing fails whose pages are %s and link to new ones', async (_, itemsOf) => {
  const server = await endless(itemsOf)
  const failure = await failureOf(allOf(startClient(server.url).listPages('model', {})))
  expect(failure).toBeInstanceOf(BrokenAnswer)
  expect(String(failure)).toContain('100 pages')
  expect(server.requests.length).toBeLessThan(120)
})

test('A few empty pages are skipped', async () => {
  const server = await endless((page) => (page % 50 === 0 ? [{ id: `a/${page}` }] : []), 300)
  const pages = await allOf(startClient(server.url).listPages('model', {}))
  expect(pages).toHaveLength(300)
  expect(pages.flatMap(({ items }) => items)).toHaveLength(6)
})

test('An endless chain of redirects fails', async () => {
  let count = 0
  const server = await startServer((_, response) => response.writeHead(302, { location: `/x${++count}` }).end())
  const hub = startClient(server.url)
  const asking = [() => hub.repoDetail('model', 'a/b'), () => hub.repoFile('model', 'a/b', 'f', { maxBytes: 9 })]
  for (const ask of asking) expect(await failureOf(ask())).toBeInstanceOf(HubError)
  expect(count).toBe(12)
})
