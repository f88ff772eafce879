import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { Bucket } from '../../../src/analytics/export/bucket/bucket.ts'

const NEVER = new AbortController().signal
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A bucket on a server that answers as told. */
async function bucketOn(answer: RequestListener): Promise<Bucket> {
  const server: Server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bucket = new Bucket({
    ...{ bucket: 'exports', accessKeyId: 'key', secretAccessKey: 'secret', sessionToken: 'session', region: 'us-east-1' },
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    network: {},
    idleMs: 100,
    retry: { retries: 1, minTimeout: 1 },
  })
  closing.push(async () => {
    await bucket[Symbol.asyncDispose]()
    server.closeAllConnections()
    server.close()
  })
  return bucket
}

const errorXml = (code: string, more = '') =>
  `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message>${more}</Error>`

describe('a bucket that refuses', () => {
  test.each([
    [403, errorXml('AccessDenied'), {}, 'not-allowed', 's3:PutObject'],
    [403, '', {}, 'not-allowed', 's3:PutObject'],
    [403, errorXml('SignatureDoesNotMatch'), {}, 'key-refused', 'AWS_SECRET_ACCESS_KEY'],
    [400, errorXml('ExpiredToken'), {}, 'key-refused', 'AWS_SESSION_TOKEN'],
    [404, errorXml('NoSuchBucket'), {}, 'bucket-missing', 'exports'],
    [301, errorXml('PermanentRedirect'), { 'x-amz-bucket-region': 'eu-west-1' }, 'wrong-region', 'AWS_REGION=eu-west-1'],
    [400, errorXml('AuthorizationHeaderMalformed', '<Region>eu-west-1</Region>'), {}, 'wrong-region', 'AWS_REGION=eu-west-1'],
    [403, errorXml('RequestTimeTooSkewed'), { date: 'Sat, 01 Jan 2022 00:00:00 GMT' }, 'clock-skewed', '2022-01-01T00:00:00'],
    [403, errorXml('QuotaExceeded'), {}, 'full', 'is full'],
    [503, errorXml('SlowDown'), {}, 'busy', 'Try again later'],
    [502, '<html><body>Bad Gateway</body></html>', {}, 'busy', '502'],
    [200, errorXml('InternalError'), {}, 'busy', 'InternalError'],
    [200, 'Welcome to the web', {}, 'broken-answer', 'S3-compatible'],
  ])('with %i %s says what is wrong', async (status, text, headers, code, message) => {
    const bucket = await bucketOn((_, response) => void response.writeHead(status, headers).end(text))
    const refused = bucket.completeUpload('key', 'upload', ['"etag"'], NEVER)
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
  })

  test('for a moment is asked again, with the same content', async () => {
    const received: string[] = []
    const bucket = await bucketOn(async (request, response) => {
      received.push(String(await buffer(request)))
      response.writeHead(received.length === 1 ? 503 : 200).end()
    })
    await bucket.put('key', 'content', NEVER)
    expect(received).toEqual(['content', 'content'])
  })

  test.each<[string, RequestListener]>([
    ['does not answer', () => undefined],
    ['closes the connection', (request) => void request.socket.destroy()],
  ])('because it %s is unreachable', async (_, answer) => {
    const bucket = await bucketOn(answer)
    await expect(bucket.put('key', 'content', NEVER)).rejects.toMatchObject({ code: 'unreachable' })
  })

  test.each<[string, RequestListener]>([
    ['stops', (_, response) => void response.writeHead(200, { 'content-length': '100' }).write('half')],
    [
      'is cut',
      (request, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('half', () => request.socket.destroy())
      },
    ],
  ])('in the middle of an answer that %s is unreachable', async (_, answer) => {
    const bucket = await bucketOn(answer)
    await expect(bucket.read('key', NEVER).then(buffer)).rejects.toMatchObject({ code: 'unreachable' })
  })

  test('is not asked again once the command has stopped', async () => {
    const controller = new AbortController()
    const bucket = await bucketOn(() => controller.abort(new Error('stopped')))
    await expect(bucket.put('key', 'content', controller.signal)).rejects.toThrow('stopped')
  })
})
