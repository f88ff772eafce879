import type { Dispatcher } from 'undici'
import { isLoopbackHost, type Network, outboundAgent, proxyOf } from '../../../network/outbound-agent.ts'
import type { Headers } from '../../budget/rate-limit.ts'
import { type Endpoint, isLoopback } from '../../endpoint.ts'
import { beginningOf, errorBody, type ReadBody, wholeBody } from './read-body.ts'
import { TokenMask } from './token-mask.ts'
import { type TransportError, type TransportTimeouts, toTransportError } from './transport-error.ts'

export interface TransportOptions extends TransportTimeouts {
  endpoint: Endpoint
  token: string | undefined
  userAgent: string
  connections: number
  network: Network
  /** Hosts, each with its port unless that is the default, that may have private addresses. */
  fileHosts: readonly string[]
}

/** One answer of the server, whatever its status. */
export interface Exchange {
  status: number
  headers: Headers
  /** Unpacked, without the token. For an error, no more than its message. */
  body: Buffer
  /** Size on the wire. */
  wireBytes: number
}

/** What to fetch of a file, and the most to download. */
export interface FileRequest {
  /** For the `Range` header, such as `bytes=-65536`. A server may still send the whole file. */
  range?: string | undefined
  /** Bytes beyond this are never downloaded. */
  maxBytes: number
}

type SentRequest = Pick<Dispatcher.RequestOptions, 'method' | 'body'> & { headers: Record<string, string> }

type Answered = Dispatcher.ResponseData

/** A change, in the terms of its route. */
export interface ChangeRequest {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** The body. @default none */
  json?: Readonly<Record<string, unknown>> | readonly unknown[] | undefined
  /** The body as one JSON value per line, instead of `json`. */
  ndjson?: readonly object[] | undefined
}

/** Sends requests to one endpoint over kept-alive connections. Does not interpret the answers. */
export class Transport {
  readonly #options: TransportOptions
  /** Agents by proxy and by whether they may connect to private addresses. */
  readonly #agents = new Map<string, Dispatcher>()
  readonly #requestHeaders: Record<string, string>
  readonly #mask: TokenMask
  readonly #closing = new AbortController()

  constructor(options: TransportOptions) {
    const { endpoint, token } = options
    this.#options = options
    this.#mask = new TokenMask(token)
    this.#requestHeaders = {
      accept: 'application/json',
      'accept-encoding': isLoopback(endpoint) ? 'identity' : 'gzip, br',
      'user-agent': options.userAgent,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    }
  }

  /**
   * @param maxBytes of the body, before and after it is unpacked
   * @throws TransportError when no whole answer came
   * @throws the signal's reason when it aborts; a plain Error once the transport is closed
   */
  async get(url: string, maxBytes: number, signal: AbortSignal | undefined): Promise<Exchange> {
    return await this.#askHub(url, { method: 'GET', headers: this.#requestHeaders }, maxBytes, signal)
  }

  /**
   * Asks the endpoint for a change.
   *
   * @throws as `get` does; after a TransportError it is unknown whether the change was made
   */
  async change(
    url: string,
    { method, json, ndjson }: ChangeRequest,
    maxBytes: number,
    signal: AbortSignal | undefined,
  ): Promise<Exchange> {
    if (json === undefined && ndjson === undefined) {
      return await this.#askHub(url, { method, headers: this.#requestHeaders }, maxBytes, signal)
    }
    const type = ndjson === undefined ? 'application/json' : 'application/x-ndjson'
    const body = ndjson?.map((line) => `${JSON.stringify(line)}\n`).join('') ?? JSON.stringify(json)
    return await this.#askHub(
      url,
      { method, headers: { ...this.#requestHeaders, 'content-type': type }, body },
      maxBytes,
      signal,
    )
  }

  async #askHub(url: string, request: SentRequest, maxBytes: number, signal: AbortSignal | undefined): Promise<Exchange> {
    const { origin } = new URL(url)
    // The last safeguard: whatever the source of the URL, the token is never sent to another host.
    if (origin !== this.#options.endpoint.origin) {
      throw new Error(`A request to ${origin} was stopped; requests may only go to ${this.#options.endpoint.origin}.`)
    }
    return await this.#exchange(url, request, signal, async ({ body, headers }) => {
      const read = await wholeBody(body, encodingOf(headers), maxBytes)
      return { ...read, body: this.#mask.json(read.body) }
    })
  }

  /**
   * The beginning of a file, or a range of it, from any host. Only the endpoint gets the token.
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
      // Ranges count the bytes of the file itself.
      'accept-encoding': 'identity',
      ...(file.range === undefined ? {} : { range: file.range }),
    }
    return await this.#exchange(url, { method: 'GET', headers }, signal, async (answer) => {
      const body = await beginningOf(answer.body, file.maxBytes)
      return { body: this.#mask.bytes(body), wireBytes: body.length }
    })
  }

  async #exchange(
    url: string,
    request: SentRequest,
    signal: AbortSignal | undefined,
    readGood: (answer: Answered) => Promise<ReadBody>,
  ): Promise<Exchange> {
    const target = new URL(url)
    const { headersTimeoutMs, bodyTimeoutMs, exchangeTimeoutMs } = this.#options
    const deadline = new AbortController()
    const stop = AbortSignal.any([this.#closing.signal, deadline.signal, ...(signal === undefined ? [] : [signal])])
    // Limits the whole exchange: a server can delay each single step forever, by early hints or byte by byte.
    const timer = setTimeout(() => deadline.abort(), exchangeTimeoutMs)
    try {
      const answer = await this.#agentFor(target).request({
        origin: target.origin,
        path: target.pathname + target.search,
        ...request,
        headersTimeout: headersTimeoutMs,
        bodyTimeout: bodyTimeoutMs,
        signal: stop,
      })
      const isGood = answer.statusCode >= 200 && answer.statusCode < 300
      const read = isGood ? await readGood(answer) : await this.#readError(answer)
      return { status: answer.statusCode, headers: this.#readHeaders(answer.headers), ...read }
    } catch (error) {
      signal?.throwIfAborted()
      this.#closing.signal.throwIfAborted()
      throw this.#fault(error, target, deadline.signal.aborted)
    } finally {
      clearTimeout(timer)
    }
  }

  #agentFor(url: URL): Dispatcher {
    const proxy = proxyOf(url, this.#options.network)
    // A host that is known only from the Hub's answer may only be reached at a public address.
    const isPublicOnly = !this.#isKnown(url)
    const way = `${proxy?.url ?? 'direct'} ${isPublicOnly}`
    const agent = this.#agents.get(way) ?? outboundAgent(proxy, { ...this.#options, isPublicOnly })
    this.#agents.set(way, agent)
    return agent
  }

  #isKnown({ origin, hostname, host }: URL): boolean {
    const { endpoint, fileHosts } = this.#options
    return origin === endpoint.origin || fileHosts.includes(host) || (isLoopback(endpoint) && isLoopbackHost(hostname))
  }

  async #readError({ body, headers }: Answered): Promise<ReadBody> {
    const read = await errorBody(body, encodingOf(headers))
    return { ...read, body: this.#mask.json(read.body) }
  }

  /** Closes the connections. Requests in flight fail. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('The Hub client was closed; create a new one to continue.'))
    await Promise.all([...this.#agents.values()].map((agent) => agent.destroy()))
  }

  #fault(error: unknown, url: URL, isOverdue: boolean): TransportError {
    return toTransportError(error, { ...this.#options, isOverdue, proxy: proxyOf(url, this.#options.network) })
  }

  /** Joins repeated headers. */
  #readHeaders(received: Answered['headers']): Headers {
    const headers: Record<string, string | undefined> = {}
    for (const [name, value] of Object.entries(received)) {
      headers[name] = this.#mask.text(Array.isArray(value) ? value.join(', ') : (value ?? ''))
    }
    return headers
  }

  /** For any text of the server that may become part of a message. */
  withoutToken(text: string): string {
    return this.#mask.text(text)
  }
}

function encodingOf(headers: Answered['headers']): string | undefined {
  return headers['content-encoding']?.toString()
}
