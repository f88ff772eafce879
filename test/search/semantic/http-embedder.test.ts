import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { HttpEmbedder, type HttpEmbedderOptions } from '../../../src/search/semantic/http-embedder.ts'
import { startTestEmbedder, type TestEmbedder } from '../../support/servers/embedder-server.ts'

const KEY = 'sk-a-key-for-tests-only-0123456789'

describe.each(['openaiUrl', 'ollamaUrl'] as const)('an embedder (%s)', (api) => {
  let server: TestEmbedder
  beforeAll(async () => {
    server = await startTestEmbedder({ key: KEY })
  })
  afterAll(() => server[Symbol.asyncDispose]())
  beforeEach(() => {
    server.faults = {}
    server.requests.length = 0
  })

  const embedderWith = (options: Partial<HttpEmbedderOptions> = {}) =>
    new HttpEmbedder({ url: server[api], model: 'test-model', key: KEY, timeoutMs: 10_000, ...options })

  it('returns the vectors in the order of the texts', async () => {
    const embedder = embedderWith()
    const [first, second] = [await embedder.embed(['a cat'], 'query'), await embedder.embed(['a dog'], 'query')]
    expect(await embedder.embed(['a cat', 'a dog'], 'query')).toEqual([...first, ...second])
    expect(first[0]).toHaveLength(64)
    expect(await embedder.embed([], 'query')).toEqual([])
  })

  it('sends model, key, dimensions and the prefix that the use of a text needs', async () => {
    const embedder = embedderWith({ dimensions: 32, prefixes: { query: 'query: ', document: 'passage: ' } })
    expect((await embedder.embed(['one \ud800'], 'query'))[0]).toHaveLength(32)
    await embedder.embed(['two'], 'document')
    expect(server.requests).toEqual([
      { model: 'test-model', input: ['query: one \ufffd'], dimensions: 32, authorization: `Bearer ${KEY}` },
      { model: 'test-model', input: ['passage: two'], dimensions: 32, authorization: `Bearer ${KEY}` },
    ])
  })

  it.each([
    ['refuses its key', { status: 401 }, 'key-refused', false, false],
    ['does not know the model', { status: 404 }, 'model-missing', false, false],
    ['is busy', { status: 429, retryAfterSecs: 7 }, 'throttled', true, false],
    ['fails', { status: 503 }, 'server-error', true, false],
    ['refuses the texts', { status: 400 }, 'refused', false, true],
    ['refuses the size of the texts', { status: 413 }, 'too-large', false, true],
    ['redirects', { status: 302, body: '' }, 'broken-answer', false, false],
    ['answers with a page', { body: '<html>Welcome</html>' }, 'broken-answer', false, false],
    ['answers with something else', { body: '{"choices":[]}' }, 'broken-answer', false, false],
    ['answers with null', { body: 'null' }, 'broken-answer', false, false],
    ['leaves out a vector', { isShort: true }, 'broken-answer', false, false],
    ['returns a vector with NaN', { brokenWord: 'dog' }, 'invalid-vector', false, true],
    ['closes the connection', { isDead: true }, 'unreachable', true, false],
  ] as const)('reports a server that %s', async (_, faults, code, isTransient, isOfTexts) => {
    server.faults = faults
    const failure = embedderWith().embed(['a cat', 'a dog'], 'document')
    await expect(failure).rejects.toMatchObject({ name: 'EmbedderFailure', code, isTransient, isOfTexts })
  })

  it('reports how long a busy server asks to wait', async () => {
    server.faults = { status: 429, retryAfterSecs: 7 }
    await expect(embedderWith().embed(['x'], 'document')).rejects.toMatchObject({ retryAfterMs: 7_000, status: 429 })
  })

  it('reports a server that is slow', async () => {
    server.faults = { delayMs: 60_000 }
    await expect(embedderWith({ timeoutMs: 100 }).embed(['x'], 'document')).rejects.toMatchObject({ code: 'timeout' })
  })

  it('reports vectors with another number of dimensions than requested', async () => {
    server.faults = { dimensions: 16 }
    await expect(embedderWith({ dimensions: 32 }).embed(['x'], 'document')).rejects.toMatchObject({ code: 'wrong-dimensions' })
  })

  it('never repeats its key, even if the server does', async () => {
    const key = 'sk-another-key-0123456789'
    const error = await embedderWith({ key })
      .embed(['x'], 'document')
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'key-refused' })
    expect(String(error)).not.toContain(key)
  })

  it('stops when its signal is aborted', async () => {
    server.faults = { delayMs: 60_000 }
    const stop = new AbortController()
    const embedding = embedderWith().embed(['x'], 'document', stop.signal)
    stop.abort()
    await expect(embedding).rejects.toMatchObject({ name: 'AbortError' })
  })
})
