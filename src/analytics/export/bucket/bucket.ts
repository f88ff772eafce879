import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { AwsV4Signer } from 'aws4fetch'
import pRetry from 'p-retry'
import { type Dispatcher, request } from 'undici'
import { type Network, outboundAgent, proxyOf } from '../../../network/outbound-agent.ts'
import { BucketFailure, connectionFailure, refusalOf, type S3Operation } from './bucket-failure.ts'
import { readXml, type S3Answer } from './s3-xml.ts'

export interface BucketOptions {
  bucket: string
  accessKeyId: string
  secretAccessKey: string
  sessionToken: string | undefined
  region: string
  /** Any S3-compatible server; undefined for AWS. */
  endpoint: string | undefined
  network: Network
  /** Milliseconds without a byte in either direction after which a connection counts as broken. @default a minute */
  idleMs?: number
  /** How often a request is repeated, and after how many milliseconds first. @default four times, after half a second */
  retry?: { retries: number; minTimeout: number }
}

/** A part is sent while the next one fills. */
const CONNECTIONS = 2
const CONNECT_TIMEOUT_MS = 10_000
/** So small that a slow connection is seen to advance. */
const SLICE_BYTES = 64 * 1024

interface S3Request {
  method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  key: string
  query?: Readonly<Record<string, string>>
  body?: Uint8Array | string
}

interface S3Response {
  headers: Dispatcher.ResponseData['headers']
  body: Dispatcher.ResponseData['body']
}

const LIST: S3Operation = { what: 'list its objects', permission: 's3:ListBucket' }
const READ: S3Operation = { what: 'read an object', permission: 's3:GetObject' }
const WRITE: S3Operation = { what: 'write an object', permission: 's3:PutObject' }
const DELETE: S3Operation = { what: 'delete an object', permission: 's3:DeleteObject' }
const ABORT: S3Operation = { what: 'abort an upload', permission: 's3:AbortMultipartUpload' }
const LIST_UPLOADS: S3Operation = { what: 'list unfinished uploads', permission: 's3:ListBucketMultipartUploads' }

/**
 * A bucket of an S3-compatible store. Every request is signed with the hash of its body, so that the server refuses a damaged one,
 * and repeated while the server is busy or unreachable. All methods throw BucketFailure, or the signal's reason.
 */
export class Bucket implements AsyncDisposable {
  readonly #options: BucketOptions
  readonly #base: string
  readonly #host: string
  readonly #agent: Dispatcher

  constructor(options: BucketOptions) {
    const { bucket, region, endpoint, network } = options
    this.#options = options
    // A certificate of AWS covers no name with dots before its own. Other servers may have no names for buckets.
    const isInPath = endpoint !== undefined || bucket.includes('.')
    const server = endpoint ?? `https://s3.${region}.amazonaws.com`
    this.#base = isInPath ? `${server}/${bucket}` : `https://${bucket}.s3.${region}.amazonaws.com`
    const url = new URL(this.#base)
    this.#host = url.host
    this.#agent = outboundAgent(proxyOf(url, network), {
      network,
      connections: CONNECTIONS,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
    })
  }

  async put(key: string, body: Uint8Array | string, signal: AbortSignal): Promise<void> {
    await this.#xml({ method: 'PUT', key, body }, WRITE, signal)
  }

  async readText(key: string, signal: AbortSignal): Promise<string> {
    return (await this.#text({ method: 'GET', key }, READ, signal)).text
  }

  /** The stream fails with BucketFailure if the connection breaks. */
  async read(key: string, signal: AbortSignal): Promise<Readable> {
    const { body } = await this.#retry(signal, () => this.#exchange({ method: 'GET', key }, READ, signal))
    return Readable.from(this.#chunks(body, signal))
  }

  async *#chunks(body: Readable, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    try {
      yield* body
    } catch (error) {
      throw this.#connectionFailure(error, READ, signal)
    }
  }

  async delete(key: string, signal: AbortSignal): Promise<void> {
    await this.#xml({ method: 'DELETE', key }, DELETE, signal)
  }

  async *list(prefix: string, signal: AbortSignal): AsyncGenerator<{ key: string; bytes: number }> {
    for await (const page of this.#pages({ prefix }, signal)) {
      for (const { Key, Size } of page.Contents ?? []) yield { key: decoded(Key, page), bytes: Number(Size) }
    }
  }

  /** The names directly below a prefix that contain objects, without slashes. */
  async *listFolders(prefix: string, signal: AbortSignal): AsyncGenerator<string> {
    for await (const page of this.#pages({ prefix, delimiter: '/' }, signal)) {
      for (const { Prefix } of page.CommonPrefixes ?? []) yield decoded(Prefix, page).slice(prefix.length, -1)
    }
  }

  async createUpload(key: string, signal: AbortSignal): Promise<string> {
    const { UploadId } = await this.#xml({ method: 'POST', key, query: { uploads: '' } }, WRITE, signal)
    return UploadId ?? this.#broken('has no UploadId')
  }

  /** @returns the ETag of the part */
  async uploadPart(key: string, uploadId: string, part: number, body: Uint8Array, signal: AbortSignal): Promise<string> {
    const query = { partNumber: String(part), uploadId }
    const { headers } = await this.#text({ method: 'PUT', key, query, body }, WRITE, signal)
    const { etag } = headers
    return typeof etag === 'string' ? etag : this.#broken('has no ETag')
  }

  async completeUpload(key: string, uploadId: string, etags: readonly string[], signal: AbortSignal): Promise<void> {
    const parts = etags.map((etag, index) => {
      const escaped = etag.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
      return `<Part><PartNumber>${index + 1}</PartNumber><ETag>${escaped}</ETag></Part>`
    })
    const body = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts.join('')}</CompleteMultipartUpload>`
    await this.#xml({ method: 'POST', key, query: { uploadId }, body }, WRITE, signal)
  }

  async abortUpload(key: string, uploadId: string, signal: AbortSignal): Promise<void> {
    await this.#xml({ method: 'DELETE', key, query: { uploadId } }, ABORT, signal)
  }

  /** Uploads that were neither completed nor aborted: at most the first thousand. */
  async listUploads(prefix: string, signal: AbortSignal): Promise<{ key: string; uploadId: string }[]> {
    const query = { uploads: '', prefix, 'encoding-type': 'url' }
    const page = await this.#xml({ method: 'GET', key: '', query }, LIST_UPLOADS, signal)
    return (page.Upload ?? []).map(({ Key, UploadId = '' }) => ({ key: decoded(Key, page), uploadId: UploadId }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy()
  }

  async *#pages(query: Readonly<Record<string, string>>, signal: AbortSignal): AsyncGenerator<S3Answer> {
    let token: string | undefined
    do {
      const all: Record<string, string> = { 'list-type': '2', 'encoding-type': 'url', ...query }
      if (token !== undefined) all['continuation-token'] = token
      const page: S3Answer = await this.#xml({ method: 'GET', key: '', query: all }, LIST, signal)
      yield page
      token = page.NextContinuationToken
    } while (token !== undefined)
  }

  /** An answer of XML or nothing. S3 reports some errors in an answer of status 200. */
  async #xml(given: S3Request, operation: S3Operation, signal: AbortSignal): Promise<S3Answer> {
    return await this.#retry(signal, async () => {
      const { text, headers } = await this.#receive(given, operation, signal)
      if (text.trim() === '') return {}
      const xml = readXml(text) ?? this.#broken('is not XML')
      if (xml.root === 'Error') throw this.#refusal(500, headers, text, operation)
      return xml.answer
    })
  }

  async #text(
    given: S3Request,
    operation: S3Operation,
    signal: AbortSignal,
  ): Promise<{ text: string } & Pick<S3Response, 'headers'>> {
    return await this.#retry(signal, () => this.#receive(given, operation, signal))
  }

  async #retry<Result>(signal: AbortSignal, attempt: () => Promise<Result>): Promise<Result> {
    return await pRetry(attempt, {
      ...(this.#options.retry ?? { retries: 4, minTimeout: 500 }),
      randomize: true,
      signal,
      shouldRetry: ({ error }) => error instanceof BucketFailure && error.isTemporary,
    })
  }

  async #receive(given: S3Request, operation: S3Operation, signal: AbortSignal) {
    const { headers, body } = await this.#exchange(given, operation, signal)
    try {
      return { headers, text: await body.text() }
    } catch (error) {
      throw this.#connectionFailure(error, operation, signal)
    }
  }

  async #exchange(given: S3Request, operation: S3Operation, signal: AbortSignal): Promise<S3Response> {
    const { idleMs = 60_000 } = this.#options
    const bytes = typeof given.body === 'string' ? Buffer.from(given.body) : (given.body ?? new Uint8Array())
    const { url, headers } = await this.#signed(given, bytes)
    try {
      const {
        statusCode,
        headers: answered,
        body,
      } = await request(url, {
        method: given.method,
        headers: { ...Object.fromEntries(headers), 'content-length': String(bytes.byteLength) },
        body: bytes.byteLength === 0 ? null : Readable.from(slices(bytes)),
        dispatcher: this.#agent,
        headersTimeout: idleMs,
        bodyTimeout: idleMs,
        signal,
      })
      if (statusCode >= 200 && statusCode < 300) return { headers: answered, body }
      throw this.#refusal(statusCode, answered, await body.text(), operation)
    } catch (error) {
      if (error instanceof BucketFailure) throw error
      throw this.#connectionFailure(error, operation, signal)
    }
  }

  async #signed({ method, key, query = {} }: S3Request, body: Uint8Array): Promise<{ url: string; headers: Headers }> {
    const { accessKeyId, secretAccessKey, sessionToken, region } = this.#options
    const pairs = Object.entries(query).map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    const path = key === '' ? '' : `/${key.split('/').map(encoded).join('/')}`
    const url = `${this.#base}${path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`
    const { headers } = await new AwsV4Signer({
      ...{ method, url, accessKeyId, secretAccessKey, region, service: 's3' },
      ...(sessionToken === undefined ? {} : { sessionToken }),
      headers: { 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex') },
    }).sign()
    return { url, headers }
  }

  #refusal(status: number, headers: S3Response['headers'], text: string, operation: S3Operation): BucketFailure {
    const { Code, Message, Region } = readXml(text)?.answer ?? {}
    const header = (name: string) => (typeof headers[name] === 'string' ? headers[name] : undefined)
    const { bucket, region } = this.#options
    const expectedRegion = header('x-amz-bucket-region') ?? Region
    const facts = {
      bucket,
      region,
      host: this.#host,
      status,
      code: Code,
      message: Message,
      expectedRegion,
      date: header('date'),
    }
    return refusalOf(facts, operation)
  }

  #connectionFailure(error: unknown, operation: S3Operation, signal: AbortSignal): unknown {
    return signal.aborted ? signal.reason : connectionFailure(error, this.#host, operation)
  }

  #broken(what: string): never {
    throw new BucketFailure(
      'broken-answer',
      `An answer of ${this.#host} ${what}. Is it an S3-compatible server? Check AWS_ENDPOINT_URL.`,
    )
  }
}

async function* slices(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.byteLength; start += SLICE_BYTES) yield bytes.subarray(start, start + SLICE_BYTES)
}

/** As RFC 3986 and the signature encode it. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** Keys in listings are encoded on request, because XML cannot hold every character. Some servers do not encode them. */
function decoded(key: string | undefined, { EncodingType }: S3Answer): string {
  return EncodingType === 'url' ? decodeURIComponent((key ?? '').replaceAll('+', ' ')) : (key ?? '')
}
