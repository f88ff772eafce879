import { promisify } from 'node:util'
import { brotliDecompress, gunzip } from 'node:zlib'
import { Agent, type Dispatcher } from 'undici'
import { type Endpoint, isLoopback } from './endpoint.ts'
import { type ExchangeFault, faultOf } from './exchange-fault.ts'
import type { Headers } from './rate-limit.ts'

export interface TransportOptions {
  endpoint: Endpoint
  token: string | undefined
  userAgent: string
  connectTimeoutMs: number
  headersTimeoutMs: number
  /** For the whole body, so that a server that drips cannot hold us. */
  bodyTimeoutMs: number
  /** For a body as it came and again once it is unpacked. */
  maxResponseBytes: number
  connections: number
}

/** One answer of the server, whatever its status. */
export interface Exchange {
  status: number
  headers: Headers
  /** Unpacked. */
  body: Buffer
  /** As it came over the wire. */
  wireBytes: number
}

const unpack: Readonly<Record<string, (packed: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>> = {
  gzip: promisify(gunzip),
  br: promisify(brotliDecompress),
}

/** What to fetch of a file, and how much of it at most. */
export interface FileRequest {
  /** For the `Range` header, such as `bytes=-65536`. A server may send the whole file all the same. */
  range?: string | undefined
  /** The rest is never downloaded. */
  maxBytes: number
}

type SentRequest = Pick<Dispatcher.RequestOptions, 'method' | 'body'> & { headers: Record<string, string> }

/** What to change, in the words of the route. */
export interface ChangeRequest {
  method: 'POST' | 'PUT' | 'DELETE'
  /** The body. */
  json: Readonly<Record<string, unknown>>
}

/** Sends requests to one endpoint over kept-alive connections. Knows nothing of what the answers mean. */
export class Transport {
  readonly #options: TransportOptions
  readonly #agent: Agent
  readonly #requestHeaders: Record<string, string>
  readonly #closing = new AbortController()

  constructor(options: TransportOptions) {
    this.#options = options
    this.#agent = new Agent({
      connections: options.connections,
      connect: { timeout: options.connectTimeoutMs },
      headersTimeout: options.headersTimeoutMs,
      bodyTimeout: options.bodyTimeoutMs,
      maxResponseSize: options.maxResponseBytes,
      // One connection a request keeps `connections` the bound on concurrency, and a broken one costs a single request.
      allowH2: false,
    })
    this.#requestHeaders = {
      accept: 'application/json',
      'accept-encoding': isLoopback(options.endpoint) ? 'identity' : 'gzip, br',
      'user-agent': options.userAgent,
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
    }
  }

  /**
   * @throws ExchangeFault when no whole answer came
   * @throws the signal's reason when it aborts, a plain Error once the transport is closed
   */
  async get(url: string, signal: AbortSignal | undefined): Promise<Exchange> {
    return await this.#askHub(url, { method: 'GET', headers: this.#requestHeaders }, signal)
  }

  /**
   * Asks the endpoint to change something.
   *
   * @throws as `get` does; after an ExchangeFault it is not known whether the change was made
   */
  async change(url: string, { method, json }: ChangeRequest, signal: AbortSignal | undefined): Promise<Exchange> {
    const headers = { ...this.#requestHeaders, 'content-type': 'application/json' }
    return await this.#askHub(url, { method, headers, body: JSON.stringify(json) }, signal)
  }

  async #askHub(url: string, request: SentRequest, signal: AbortSignal | undefined): Promise<Exchange> {
    const { origin } = new URL(url)
    // The last lock: wherever a link came from, the token does not leave for another host.
    if (origin !== this.#options.endpoint.origin) {
      throw new Error(`A request to ${origin} was stopped; only ${this.#options.endpoint.origin} may be asked.`)
    }
    return await this.#exchange(url, request, signal, async (answer) => {
      const packed = Buffer.from(await answer.body.arrayBuffer())
      const headers = this.#readHeaders(answer.headers)
      const body = await this.#unpacked(packed, headers['content-encoding'])
      return { status: answer.statusCode, headers, body, wireBytes: packed.length }
    })
  }

  /**
   * The beginning of a file, or a range of it, from any host: one that is not the endpoint never gets the token.
   *
   * @throws as `get` does
   */
  async getFile(url: string, file: FileRequest, signal: AbortSignal | undefined): Promise<Exchange> {
    const { authorization, ...open } = this.#requestHeaders
    const isHub = new URL(url).origin === this.#options.endpoint.origin
    const headers: Record<string, string> = {
      ...open,
      ...(isHub && authorization !== undefined ? { authorization } : {}),
      accept: '*/*',
      // Ranges count bytes as they lie in the file.
      'accept-encoding': 'identity',
      ...(file.range === undefined ? {} : { range: file.range }),
    }
    return await this.#exchange(url, { method: 'GET', headers }, signal, async (answer) => {
      const body = await beginningOf(answer.body, file.maxBytes)
      return { status: answer.statusCode, headers: this.#readHeaders(answer.headers), body, wireBytes: body.length }
    })
  }

  async #exchange(
    url: string,
    request: SentRequest,
    signal: AbortSignal | undefined,
    read: (answer: Dispatcher.ResponseData) => Promise<Exchange>,
  ): Promise<Exchange> {
    const { origin, pathname, search } = new URL(url)
    const deadline = new AbortController()
    const stop = AbortSignal.any([this.#closing.signal, deadline.signal, ...(signal === undefined ? [] : [signal])])
    let timer: NodeJS.Timeout | undefined
    try {
      const answer = await this.#agent.request({
        origin,
        path: pathname + search,
        ...request,
        signal: stop,
      })
      const { bodyTimeoutMs } = this.#options
      timer = setTimeout(() => deadline.abort(), bodyTimeoutMs)
      return await read(answer)
    } catch (error) {
      signal?.throwIfAborted()
      this.#closing.signal.throwIfAborted()
      throw this.#fault(error, deadline.signal.aborted)
    } finally {
      clearTimeout(timer)
    }
  }

  /** Closes the connections; requests on their way fail. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('The Hub client was closed; make a new one to go on.'))
    await this.#agent.destroy()
  }

  async #unpacked(packed: Buffer, encoding = 'identity'): Promise<Buffer> {
    const unpacker = unpack[encoding.toLowerCase().replace(/^x-/, '')]
    if (unpacker === undefined || packed.length === 0) return packed
    return await unpacker(packed, { maxOutputLength: this.#options.maxResponseBytes })
  }

  #fault(error: unknown, isBodyLate: boolean): ExchangeFault {
    const { connectTimeoutMs, headersTimeoutMs, bodyTimeoutMs, maxResponseBytes } = this.#options
    return faultOf(error, { isBodyLate, connectTimeoutMs, headersTimeoutMs, bodyTimeoutMs, maxResponseBytes })
  }

  /** Joins repeated headers, and takes the token out in case the server echoes it. */
  #readHeaders(received: Record<string, string | string[] | undefined>): Headers {
    const headers: Record<string, string | undefined> = {}
    for (const [name, value] of Object.entries(received)) {
      headers[name] = this.withoutToken(Array.isArray(value) ? value.join(', ') : (value ?? ''))
    }
    return headers
  }

  /** For any text of the server that may end in a message. */
  withoutToken(text: string): string {
    const { token } = this.#options
    return token === undefined ? text : text.replaceAll(token, '[token]')
  }
}

/** Up to so many bytes. Breaking off closes the connection, which costs less than the rest of a large file. */
async function beginningOf(body: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= maxBytes) break
  }
  return Buffer.concat(chunks).subarray(0, maxBytes)
}
