import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { BrokenAnswer, Refused, RetryLater } from '../../../src/hub/errors.ts'
import { hubIdOf } from '../../support/hub/pages.ts'
import { allOf, failureOf, sendJson, startClient, startServer } from '../test-server.ts'

const MIB = 1024 * 1024
/** A quarter of the default. All bounds are shares of it, and smaller bodies are made and read faster. */
const MAX_RESPONSE_BYTES = 8 * MIB

/** Serves one body for every request. */
function serving(body: Buffer, headers: Record<string, string> = {}, status = 200) {
  return startServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(body)
  })
}

const emptyObjects = (count: number): Buffer => Buffer.from(`[${'{},'.repeat(count - 1)}{}]`)

describe('An answer that is small on the wire and costly in memory is refused before it is parsed, without a retry:', () => {
  const heavy: [string, () => Buffer, Record<string, string>][] = [
    ['30 MB of empty objects in 30 KB', () => gzipSync(emptyObjects(10 * MIB)), { 'content-encoding': 'gzip' }],
    ['5 MB of empty objects in 5 KB', () => gzipSync(emptyObjects((7 * MIB) / 4)), { 'content-encoding': 'gzip' }],
    [
      'empty objects in brotli',
      () => brotliCompressSync(emptyObjects(MIB), { params: { 1: 4 } }),
      { 'content-encoding': 'br' },
    ],
    ['uncompressed empty objects', () => emptyObjects(MIB), {}],
    ['nested lists', () => Buffer.from('['.repeat(MIB / 2) + ']'.repeat(MIB / 2)), {}],
    ['lists that are never closed', () => Buffer.from('['.repeat(MIB)), {}],
    ['nested objects', () => Buffer.from('{"a":'.repeat(MIB / 2)), {}],
    ['numbers', () => Buffer.from(`[${'0,'.repeat(MIB)}0]`), {}],
    [
      'keys of one object',
      () => Buffer.from(`{${Array.from({ length: MIB / 2 }, (_, index) => `"${index.toString(36)}":0`).join()}}`),
      {},
    ],
    ['one text of 25 MB', () => gzipSync(Buffer.from(`["${'x'.repeat(25 * MIB)}"]`)), { 'content-encoding': 'gzip' }],
    ['one uncompressed text of 33 MB', () => Buffer.from(`["${'x'.repeat(33 * MIB)}"]`), {}],
  ]
  test.each(heavy)('%s', async (_, build, headers) => {
    const server = await serving(build(), headers)
    const hub = startClient(server.url, { maxResponseBytes: MAX_RESPONSE_BYTES })
    const asking = [
      () => allOf(hub.listPages('model', {})),
      () => hub.repoDetail('dataset', 'a/b'),
      () => hub.tagsByType('model'),
      () => hub.parquetListing('a/b'),
      () => hub.repoTotals(),
    ]
    for (const ask of asking) {
      const failure = await failureOf(ask())
      expect(failure).toBeInstanceOf(BrokenAnswer)
      expect(failure).toMatchObject({ isTooLarge: true, isDamaged: false })
      expect(String(failure)).toMatch(/HUBDEX_PAGE_SIZE|HUBDEX_MAX_RESPONSE_MB/)
    }
    expect(server.requests).toHaveLength(asking.length)
  })
})

test('The largest realistic page of a thousand repos is accepted', async () => {
  const repo = (index: number): object => ({
    _id: hubIdOf(index),
    id: `owner/repo-${index}`,
    tags: Array.from({ length: 40 }, (_, tag) => `tag:${index * tag}`),
    siblings: Array.from({ length: 400 }, (_, file) => ({ rfilename: `data/${index}/train-${index * file}.parquet` })),
  })
  const page = Array.from({ length: 1000 }, (_, index) => repo(index))
  const body = Buffer.from(JSON.stringify(page))
  expect(body.length).toBeGreaterThan(15 * MIB)
  for (const [packed, encoding] of [
    [body, 'identity'],
    [gzipSync(body), 'gzip'],
    [brotliCompressSync(body, { params: { 1: 4 } }), 'br'],
  ] as const) {
    const server = await serving(packed, { 'content-encoding': encoding })
    const [walked] = await allOf(startClient(server.url).listPages('dataset', {}))
    expect(walked?.items).toHaveLength(1000)
  }
})

test('A repo with a hundred thousand files is accepted', async () => {
  const siblings = Array.from({ length: 100_000 }, (_, file) => ({ rfilename: `data/train-${file}.parquet` }))
  const server = await serving(gzipSync(JSON.stringify({ id: 'a/b', siblings })), { 'content-encoding': 'gzip' })
  const { repo } = await startClient(server.url).repoDetail('dataset', 'a/b')
  expect(repo['siblings']).toHaveLength(100_000)
})

test.each([
  ['uncompressed', (body: Buffer) => body, 'identity'],
  ['in gzip', gzipSync, 'gzip'],
  ['in gzip that is cut short', (body: Buffer) => gzipSync(body).subarray(0, 100), 'gzip'],
])('An error with a heavy body is still that error: %s', async (_, pack, encoding) => {
  const body = Buffer.from(JSON.stringify({ error: 'x'.repeat(40 * MIB) }))
  const server = await serving(pack(body), { 'content-encoding': encoding }, 503)
  const failure = await failureOf(startClient(server.url, { retries: 0 }).repoDetail('model', 'a/b'))
  expect(failure).toBeInstanceOf(RetryLater)
  expect(failure).toMatchObject({ status: 503 })
})

test('The message of an error is read from a compressed body, too', async () => {
  const server = await serving(gzipSync(JSON.stringify({ error: 'no such sort' })), { 'content-encoding': 'gzip' }, 400)
  const failure = await failureOf(allOf(startClient(server.url).listPages('model', {})))
  expect(failure).toBeInstanceOf(Refused)
  expect(failure).toMatchObject({ serverMessage: 'no such sort' })
})

test('A long error from a file host is not read to its end', async () => {
  const server = await serving(Buffer.alloc(40 * MIB, 'x'), { 'content-type': 'text/plain' }, 500)
  const hub = startClient(server.url, { retries: 0 })
  const failure = await failureOf(hub.repoFile('model', 'a/b', 'f', { maxBytes: 40 * MIB }))
  expect(failure).toMatchObject({ status: 500 })
})

test('An unsupported encoding is reported', async () => {
  const server = await serving(gzipSync(gzipSync('{}')), { 'content-encoding': 'gzip, gzip' })
  const failure = await failureOf(startClient(server.url).repoDetail('model', 'a/b'))
  expect(failure).toBeInstanceOf(BrokenAnswer)
  expect(String(failure)).toContain('gzip, gzip')
  expect(server.requests).toHaveLength(1)
})

test('A page with too many repos is refused', async () => {
  const server = await startServer((_, response) =>
    sendJson(
      response,
      Array.from({ length: 200_000 }, () => 0),
    ),
  )
  const failure = await failureOf(allOf(startClient(server.url).listPages('model', {})))
  expect(failure).toMatchObject({ isTooLarge: true })
  expect(String(failure)).toContain('200,000')
})
