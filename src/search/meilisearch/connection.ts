import { setTimeout as sleep } from 'node:timers/promises'
import { type Index, Meilisearch, MeilisearchRequestError } from 'meilisearch'
import type { Dispatcher, RequestInit as UndiciInit } from 'undici'
import { type Network, outboundAgent, proxyOf } from '../../network/outbound-agent.ts'
import { errorCode } from '../../util/error-code.ts'
import { SearchUnavailable } from '../search-unavailable.ts'
import { RefusedRequest, requestJson } from './http.ts'

export interface MeilisearchOptions {
  url: string
  apiKey?: string | undefined
  /** Name of the index. */
  index: string
  /**
   * For how long to try again to reach a server that does not answer, in milliseconds, before what is to be written or
   * checked is given up. Searches are not tried again.
   *
   * @default 5 seconds, which a restart takes
   */
  patienceMs?: number | undefined
  /** @default straight */
  network?: Network | undefined
}

/** A client that speaks of one index and of the spare one in which it is built anew, and whose errors say what to do. */
export class MeilisearchConnection {
  readonly client: Meilisearch
  readonly index: Index
  readonly spareIndex: Index
  /** Settings take no URL with a password. */
  readonly address: string
  readonly #patienceMs: number

  constructor({ url, apiKey, index, patienceMs = 5_000, network = {} }: MeilisearchOptions) {
    const dispatcher = dispatcherTo(url, network)
    this.client = new Meilisearch({
      host: url,
      ...(apiKey === undefined ? {} : { apiKey }),
      timeout: REQUEST_TIMEOUT_MS,
      // The types of Node's own fetch and of undici's, which is the same, do not know each other.
      httpClient: (input, init) => requestJson(String(input), { ...init } as UndiciInit, dispatcher),
      // Compressed answers come in pieces, and each request then waits 40 ms for an acknowledgement: 48 ms instead of 4.
      requestInit: { headers: { 'accept-encoding': 'identity' } },
    })
    this.index = this.client.index(index)
    this.spareIndex = this.client.index(spareNameOf(index))
    this.address = url
    this.#patienceMs = patienceMs
  }

  /**
   * Makes a request that does the same when it is made twice, for as long as the server cannot be reached.
   *
   * @throws SearchUnavailable, or RefusedRequest with what the server says of the request
   */
  async ask<Result>(request: () => Promise<Result>, patienceMs = this.#patienceMs): Promise<Result> {
    const deadline = performance.now() + patienceMs
    for (let waitMs = 100; ; waitMs = Math.min(2 * waitMs, 2_000)) {
      try {
        return await request()
      } catch (thrown) {
        const error = thrown instanceof MeilisearchRequestError ? thrown.cause : thrown
        if (!isPassing(error) || performance.now() + waitMs > deadline) throw this.#explained(error)
        await sleep(waitMs)
      }
    }
  }

  /** The same, once: for what somebody waits for. */
  async askOnce<Result>(request: () => Promise<Result>): Promise<Result> {
    return await this.ask(request, 0)
  }

  #explained(error: unknown): unknown {
    const say = (text: string) => new SearchUnavailable(`Meilisearch at ${this.address} ${text}`, { cause: error })
    if (!(error instanceof RefusedRequest)) {
      return say(`does not answer: ${requestFailure(error)}. Is it running, and is MEILI_URL right?`)
    }
    if (error.status === 413) return error
    switch (error.code) {
      case undefined:
        return new SearchUnavailable(
          `What answers at ${this.address} is not Meilisearch (${error.message}). MEILI_URL has to name the server itself, ` +
            'such as http://localhost:7700.',
        )
      case 'no_space_left_on_device':
        return new SearchUnavailable(fullDiskText(this.address), { cause: error })
      case 'missing_authorization_header':
        return say('wants a key. Set MEILI_API_KEY; docs/search.md lists the rights that the key needs.')
      case 'invalid_api_key':
        return say(
          'refuses the key in MEILI_API_KEY for this: it is wrong, has expired or lacks a right. docs/search.md lists the ' +
            'rights that it needs.',
        )
      default:
        return error
    }
  }
}

export function fullDiskText(address: string): string {
  return `The disk of Meilisearch at ${address} is full. Free some space there; nothing is lost, indexing goes on then.`
}

/** The index in which another is built anew. */
export function spareNameOf(index: string): string {
  return `${index}_next`
}

const REQUEST_TIMEOUT_MS = 120_000
const CONNECT_TIMEOUT_MS = 10_000
/** More requests at once wait for each other; a search asks for its facets side by side. */
const CONNECTIONS = 32

/** A name without a dot is one of the own network, such as that of a service next door, which no proxy knows. */
function dispatcherTo(address: string, network: Network): Dispatcher {
  const url = new URL(address)
  const proxy = url.hostname.includes('.') ? proxyOf(url, network) : undefined
  return outboundAgent(proxy, { network, connections: CONNECTIONS, connectTimeoutMs: CONNECT_TIMEOUT_MS })
}

/** No answer at all, or one that says that the server is not there yet. */
function isPassing(error: unknown): boolean {
  return !(error instanceof RefusedRequest) || [502, 503, 504].includes(error.status)
}

function requestFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  if (!(cause instanceof Error)) return error.message
  return cause.message || (errorCode(cause) ?? error.message)
}
