import type { RequestListener } from 'node:http'
import { expect, test } from 'vitest'
import { parseEndpoint } from '../../../src/hub/endpoint.ts'
import { BrokenAnswer, ForeignRedirect, Refused, RepoNotFound, RetryLater } from '../../../src/hub/errors.ts'
import { mayServeFiles } from '../../../src/hub/http/file-host.ts'
import { failureOf, sendJson, startClient, startServer, type TestServer } from '../test-server.ts'

const CONTENT = Buffer.from('0123456789')
const TOKEN = 'hf_veryVerySecret'

/** Serves ten digits at every path, with ranges. */
const serveDigits: RequestListener = (request, response) => {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '') ?? []
  if (from === '' && to === '') {
    response.writeHead(200, { 'content-length': CONTENT.length, 'x-repo-commit': 'abc' })
    response.end(CONTENT)
    return
  }
  const start = from === '' ? CONTENT.length - Number(to) : Number(from)
  const part = from === '' ? CONTENT.subarray(start) : CONTENT.subarray(start, Number(to) + 1)
  response.writeHead(206, { 'content-range': `bytes ${start}-${start + part.length - 1}/${CONTENT.length}` })
  response.end(part)
}

test('A file is read through /resolve/, charged to that bucket, with the kind in the path except for models', async () => {
  const server = await startServer(serveDigits)
  const hub = startClient(server.url)
  const options = { maxBytes: 100 }
  const file = await hub.repoFile('model', 'a/b', 'README.md', options)
  expect(file).toMatchObject({ from: 0, fileBytes: 10, reachesEnd: true, commit: 'abc', requests: 1 })
  expect(String(file.bytes)).toBe('0123456789')
  await hub.repoFile('dataset', 'a/b', 'data/x y.txt', { ...options, revision: 'refs/convert/parquet' })
  await hub.repoFile('space', 'a/b', 'app.py', options)
  expect(server.requests.map(({ url }) => url)).toEqual([
    '/a/b/resolve/main/README.md',
    '/datasets/a/b/resolve/refs%2Fconvert%2Fparquet/data/x%20y.txt',
    '/spaces/a/b/resolve/main/app.py',
  ])
  expect(hub.requestCounts).toEqual({ api: 0, resolvers: 3, throttled: 0 })
})

test('A range is requested by its ends or as a length at the end', async () => {
  const server = await startServer(serveDigits)
  const hub = startClient(server.url)
  const end = await hub.repoFile('model', 'a/b', 'f', { range: { last: 3 }, maxBytes: 100 })
  expect(end).toMatchObject({ bytes: Buffer.from('789'), from: 7, fileBytes: 10, reachesEnd: true })
  const middle = await hub.repoFile('model', 'a/b', 'f', { range: { from: 2, to: 4 }, maxBytes: 100 })
  expect(middle).toMatchObject({ bytes: Buffer.from('234'), from: 2, fileBytes: 10, reachesEnd: false })
})

test('Only the requested bytes of a long file are downloaded', async () => {
  const server = await startServer((_, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x')));
    }
    response.writeHead(200, { 'content-type': 'text/plain' }).on('drain', more)
    more()
  })
  const file = await startClient(server.url).repoFile('model', 'a/b', 'README.md', { maxBytes: 100_000 })
  expect(file).toMatchObject({ from: 0, fileBytes: undefined, reachesEnd: false })
  expect(file.bytes).toHaveLength(100_000)
})

test('A file on another host is fetched without the token and outside of the budget', async () => {
  const host = await startServer(serveDigits)
  const server = await startServer((_, response) => response.writeHead(302, { location: `${host.url}/blob?key=1` }).end())
  const hub = startClient(server.url, { token: TOKEN })
  const file = await hub.repoFile('model', 'a/b', 'f', { range: { last: 2 }, maxBytes: 100 })
  expect(file).toMatchObject({ bytes: Buffer.from('89'), fileBytes: 10, requests: 1 })
  expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`)
  expect(host.requests[0]?.headers).not.toHaveProperty('authorization')
  expect(host.requests[0]?.headers.range).toBe('bytes=-2')
  expect(hub.requestCounts).toEqual({ api: 0, resolvers: 1, throttled: 0 })
})

test('Other hosts get no requests if files from them are off, and never for anything but files', async () => {
  const host = await startServer(serveDigits)
  const redirect: RequestListener = (_, response) => response.writeHead(302, { location: host.url }).end()
  const server = await startServer(redirect)
  const closed = startClient(server.url, { allowFileHosts: false })
  expect(await failureOf(closed.repoFile('model', 'a/b', 'f', { maxBytes: 9 }))).toBeInstanceOf(ForeignRedirect)
  expect(await failureOf(startClient(server.url).repoDetail('model', 'a/b'))).toBeInstanceOf(ForeignRedirect)
  expect(await failureOf(startClient(server.url).fileAt(`${host.url}/x`, { maxBytes: 9 }))).toBeInstanceOf(ForeignRedirect)
  expect(host.requests).toHaveLength(0)
})

test.each([
  ['https://huggingface.co', 'https://cas-bridge.xethub.hf.co/x?sig=1', true],
  ['https://huggingface.co', 'http://cas-bridge.xethub.hf.co/x', false],
  ['https://huggingface.co', 'https://169.254.169.254/latest', false],
  ['https://huggingface.co', 'https://[::ffff:10.0.0.1]/', false],
  ['https://huggingface.co', 'https://intranet/', false],
  ['https://huggingface.co', 'https://localhost/', false],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:9090/x', true],
  ['http://127.0.0.1:8080', 'https://cdn.example.org/x', true],
  ['https://huggingface.co', 'https://cdn.example.org./x', true],
  ['https://huggingface.co', 'https://cdn.example.org:8443/x', false],
  ['https://huggingface.co', 'https://localhost./x', false],
  ['https://huggingface.co', 'https://LOCALHOST.:8443/x', false],
  ['https://huggingface.co', 'https://a.localhost/x', false],
  ['https://huggingface.co', 'https://metadata.google.internal/x', false],
  ['https://huggingface.co', 'https://printer.local./x', false],
  ['https://huggingface.co', 'https://nas.home.arpa/x', false],
  ['https://huggingface.co', 'https://2130706433/x', false],
  ['https://huggingface.co', 'https://0x7f.1/x', false],
  ['https://huggingface.co', 'https://0177.0.0.1/x', false],
  ['https://huggingface.co', 'https://[fd00::1]/x', false],
  ['https://huggingface.co', 'http://127.0.0.1/x', false],
  ['https://hub.corp.example', 'http://files.corp.example:9000/x', true],
  ['https://hub.corp.example', 'http://files.corp.example/x', false],
  ['https://hub.corp.example', 'ftp://10.0.0.7/x', false],
  ['https://hub.corp.example', 'https://10.0.0.7/x', true],
])('Files of %s at %s: %s', (endpoint, to, expected) => {
  const known = ['files.corp.example:9000', '10.0.0.7']
  expect(mayServeFiles(new URL(to), parseEndpoint(endpoint), known)).toBe(expected)
})

const json = (status: number, headers: Record<string, string> = {}): RequestListener => {
  return (_, response) => sendJson(response, { error: 'no' }, headers, status)
}

test.each([
  ['missing file', json(404, { 'x-error-code': 'EntryNotFound' }), Refused],
  ['other history', json(404, { 'x-error-code': 'RevisionNotFound' }), Refused],
  ['gated', json(401, { 'x-error-code': 'GatedRepo' }), Refused],
  ['gone', json(404, { 'x-error-code': 'RepoNotFound' }), RepoNotFound],
  ['server error', json(503), RetryLater],
  ['a proxy', ((_, response) => response.writeHead(404).end('<h1>')) as RequestListener, BrokenAnswer],
])('The error about a file says what went wrong: %s', async (_, answer, expected) => {
  const server = await startServer(answer)
  expect(await failureOf(startClient(server.url).repoFile('model', 'a/b', 'f', { maxBytes: 9 }))).toBeInstanceOf(expected)
})

test('A name that would lead out of the repo is not requested', async () => {
  const server = await startServer(serveDigits)
  const hub = startClient(server.url)
  for (const path of ['../../api/whoami-v2', 'a//b', '']) {
    expect(await failureOf(hub.repoFile('model', 'a/b', path, { maxBytes: 9 }))).toBeInstanceOf(Refused)
  }
  expect(server.requests).toHaveLength(0)
})

async function listingOf(json: unknown, status = 200): Promise<{ server: TestServer; listing: unknown }> {
  const server = await startServer((_, response) => sendJson(response, json, {}, status))
  return { server, listing: await startClient(server.url).parquetListing('a/b') }
}

test('A Parquet listing is read by config and split, even with missing levels and malformed members', async () => {
  const { server, listing } = await listingOf({
    plain: { train: ['u1', 'u2'], test: ['u3'] },
    flat: ['u4'],
    odd: { none: [], number: 7, mixed: [1, null, 'u5', {}] },
    nothing: null,
  })
  expect(server.requests[0]?.url).toBe('/api/datasets/a/b/parquet')
  expect(listing).toEqual({
    splits: [
      { config: 'plain', split: 'train', urls: ['u1', 'u2'] },
      { config: 'plain', split: 'test', urls: ['u3'] },
      { config: 'flat', split: 'default', urls: ['u4'] },
      { config: 'odd', split: 'mixed', urls: ['u5'] },
    ],
    reason: undefined,
  })
})

test.each([
  ['c#', 'train'],
  ['a?b', 'te st'],
  ['100%', 'x%20y'],
  ['größe', '🤗'],
  ['parquet', 'default'],
])('The Parquet files of %s and %s are requested by these names, escaped in the listing or not', async (config, split) => {
  const folder = `${encodeURIComponent(config)}/${encodeURIComponent(split)}`
  const server = await startServer((request, response) => {
    const root = `https://huggingface.co/api/datasets/A/b/parquet`
    const urls = [`${root}/${config}/${split}/0.parquet`, `${root}/${folder}/1.parquet`, 'https://elsewhere.example/x']
    if (request.url?.endsWith('/parquet')) sendJson(response, { [config]: { [split]: urls } })
    else serveDigits(request, response)
  })
  const hub = startClient(server.url)
  const { splits } = await hub.parquetListing('a/b')
  const [urls = []] = splits.map((listed) => listed.urls)
  expect(urls).toEqual([
    `${server.url}/api/datasets/a/b/parquet/${folder}/0.parquet`,
    `${server.url}/api/datasets/a/b/parquet/${folder}/1.parquet`,
    'https://elsewhere.example/x',
  ])
  await hub.fileAt(urls[0] ?? '', { maxBytes: 9 })
  expect(server.requests.at(-1)?.url).toBe(`/api/datasets/a/b/parquet/${folder}/0.parquet`)
  expect(hub.events.filter((event) => event.type === 'readdressed')).toEqual([
    { type: 'readdressed', from: 'https://huggingface.co', to: server.url },
  ])
})

test('A URL that would request another file is not requested', async () => {
  const server = await startServer((_, response) =>
    sendJson(response, { '..': { x: [`${server.url}/api/datasets/a/b/parquet/../x/0.parquet`] } }),
  )
  const hub = startClient(server.url)
  const { splits } = await hub.parquetListing('a/b')
  const listed = splits.flatMap(({ urls }) => urls)
  expect(listed).toHaveLength(1)
  for (const url of [...listed, `${server.url}/c#/x.parquet`, `${server.url}/%2E%2e/x`]) {
    expect(await failureOf(hub.fileAt(url, { maxBytes: 9 }))).toBeInstanceOf(Refused)
  }
  expect(server.requests).toHaveLength(1)
})

test.each([
  [{}, 200],
  [[], 200],
  [null, 200],
  ['text', 200],
  [{ error: 'not found' }, 404],
  [{ error: 'Invalid username or password.' }, 401],
  [{ error: 'not supported' }, 501],
])('A dataset without Parquet is an answer, not an error: %j with %i', async (json, status) => {
  const { server, listing } = await listingOf(json, status)
  expect(listing).toEqual({ splits: [], reason: expect.stringMatching(/^The Hub .* Parquet files/) })
  expect(server.requests).toHaveLength(1)
})
