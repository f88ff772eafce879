import { createServer } from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { failureReport } from '../../../src/catalog/stages/failure-cause.ts'
import { createHubClient } from '../../../src/hub/client.ts'
import { isLoopback, parseEndpoint } from '../../../src/hub/endpoint.ts'
import { BrokenAnswer, type HubError } from '../../../src/hub/errors.ts'
import { allOf, failureOf, sendJson, startClient, startServer } from '../test-server.ts'

const TOKEN = 'hf_veryVerySecret'

test('An HTML page is not a Hub, and not retried', async () => {
  const server = await startServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end('<html>Welcome</html>')
  })
  const failure = await failureOf(allOf(startClient(server.url).listPages('model', {})))
  expect(failure).toBeInstanceOf(BrokenAnswer)
  expect(String(failure)).toContain('text/html')
  expect(server.requests).toHaveLength(1)
})

test('An HTML page from a Hub that has sent JSON before is retried', async () => {
  let count = 0
  const server = await startServer((_, response) => {
    if (++count !== 2) return sendJson(response, {})
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end('<html>One moment please</html>')
  })
  const hub = startClient(server.url)
  await hub.repoDetail('model', 'a/b')
  await hub.repoDetail('model', 'a/b')
  expect(server.requests).toHaveLength(3)
})

test('A server without listings is not a Hub', async () => {
  const server = await startServer((_, response) => sendJson(response, { error: 'no such page' }, {}, 404))
  const failure = await failureOf(allOf(startClient(server.url).listPages('model', {})))
  expect(failure).toBeInstanceOf(BrokenAnswer)
})

test.each([
  ['plain', (body: string) => Buffer.from(body), 'identity'],
  ['gzip', gzipSync, 'gzip'],
  ['brotli', brotliCompressSync, 'br'],
])('A %s body larger than the limit is refused, compressed or not', async (_, pack, encoding) => {
  const server = await startServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding })
    response.end(pack(JSON.stringify([' '.repeat(200_000)])))
  })
  const failure = await failureOf(allOf(startClient(server.url, { maxResponseBytes: 100_000 }).listPages('model', {})))
  expect(failure).toBeInstanceOf(BrokenAnswer)
  expect(String(failure)).toContain(' 100000 ')
  expect(failureReport(failure).cause).toBe('too-large')
  expect(server.requests).toHaveLength(1)
})

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
])('A body with the encoding %s is decompressed', async (encoding, pack) => {
  const server = await startServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding })
    response.end(pack(JSON.stringify({ id: 'a/é' })))
  })
  expect((await startClient(server.url).repoDetail('model', 'a/b')).repo).toEqual({ id: 'a/é' })
})

test('A server that does not speak HTTP is reported', async () => {
  const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const failure = await failureOf(startClient(`http://127.0.0.1:${port}`).repoDetail('model', 'a/b'))
  expect(failure).toBeInstanceOf(BrokenAnswer)
})

test('The token is sent to the endpoint', async () => {
  const server = await startServer((_, response) => sendJson(response, {}))
  await startClient(server.url, { token: TOKEN }).repoDetail('model', 'a/b')
  expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`)
})

test.each([400, 401, 403, 404, 429, 503])(
  'The error does not contain a token that the server echoes with a %i',
  async (status) => {
    const echo = `You sent ${TOKEN}`
    const server = await startServer((_, response) =>
      sendJson(response, { error: echo }, { 'x-error-code': echo, 'x-request-id': echo, 'x-error-message': echo }, status),
    )
    const hub = startClient(server.url, { token: TOKEN, retries: 0, maxConsecutive429s: 1 })
    const failure = (await failureOf(hub.repoDetail('model', 'a/b'))) as HubError
    expect(failure.message).toContain('[token]')
    expect(JSON.stringify({ ...failure, stack: failure.stack, cause: String(failure.cause) })).not.toContain(TOKEN)
  },
)

test('Text from a server cannot color a terminal, break a line or fill the screen', async () => {
  const error = `\u001b[31mred\nline\u202e${'x'.repeat(10_000)}`
  const server = await startServer((_, response) => sendJson(response, { error }, {}, 400))
  const { message } = (await failureOf(startClient(server.url).repoDetail('model', 'a/b'))) as Error
  expect(message).not.toMatch(/\p{Cc}|\p{Cf}/u)
  expect(message.length).toBeLessThan(600)
})

test.each([
  ['huggingface.co'],
  [''],
  ['ftp://huggingface.co'],
  ['https://huggingface.co/?a=1'],
  ['https://me:secret@huggingface.co'],
  ['https://me:secret@hugging face.co'],
  ['me:secret@huggingface.co'],
])('The endpoint %j is refused', (endpoint) => {
  expect(() => createHubClient({ endpoint })).toThrow(/endpoint/i)
  expect(() => createHubClient({ endpoint })).not.toThrow('secret')
})

test.each(['hf_secret\n', 'hf secret', 'hf_sécret'])('The error about the token %j does not repeat it', (token) => {
  const create = () => createHubClient({ endpoint: 'https://huggingface.co', token })
  expect(create).toThrow('HF_TOKEN')
  expect(create).not.toThrow('cret')
})

test('An endpoint may be a path on its host', async () => {
  const server = await startServer((_, response) => sendJson(response, {}))
  await startClient(`${server.url}/mirror/`).repoDetail('model', 'a/b')
  expect(server.requests[0]?.url).toBe('/mirror/api/models/a/b')
})

test.each([
  ['http://localhost:8080', true],
  ['http://127.0.0.1', true],
  ['http://[::1]:80', true],
  ['https://huggingface.co', false],
  ['https://127.0.0.1.example', false],
])('The endpoint %s is on this machine: %s', (endpoint, expected) => {
  expect(isLoopback(parseEndpoint(endpoint))).toBe(expected)
})
