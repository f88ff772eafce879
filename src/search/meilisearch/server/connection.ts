import { setTimeout as sleep } from 'node:timers/promises'
import { type Index, Meilisearch, MeilisearchRequestError } from 'meilisearch'
import type { Dispatcher, RequestInit as UndiciInit } from 'undici'
import { type Network, outboundAgent, proxyOf } from '../../../network/outbound-agent.ts'
import { errorCode } from '../../../util/error-code.ts'
import { SearchUnavailable } from '../../search-unavailable.ts'
import { RefusedRequest, requestJson } from './http.ts'

export interface MeilisearchOptions {
  url: string
  apiKey?: string | undefined
  /** Name of the index. */
  index: string
  /** How long to retry writes and checks, but not searches, while the server is unreachable. @default 5 s, for a restart */
  waitMs?: number | undefined
  /** @default a direct connection */
  network?: Network | undefined
}

/** A client for one index and its shadow index, whose errors say what to do. */
export class MeilisearchConnection {
  readonly client: Meilisearch
  readonly index: Index
  readonly shadowIndex: Index
  /** Safe to show: settings do not accept a URL with a password. */
  readonly address: string
  readonly #waitMs: number

  constructor({ url, apiKey, index, waitMs = 5_000, network = {} }: MeilisearchOptions) {
    const dispatcher = dispatcherTo(url, network)
    this.client = new Meilisearch({
      host: url,
      ...(apiKey === undefined ? {} : { apiKey }),
      timeout: REQUEST_TIMEOUT_MS,
      // Node's fetch is undici's, but their types are not compatible.
      httpClient: (input, init) => requestJson(String(input), { ...init } as UndiciInit, dispatcher),
      // A compressed response is sent in pieces and waits 40 ms for a TCP acknowledgement: 48 ms per request instead of 4.
      requestInit: { headers: { 'accept-encoding': 'identity' } },
    })
    this.index = this.client.index(index)
    this.shadowIndex = this.client.index(shadowNameOf(index))
    this.address = url
    this.#waitMs = waitMs
  }

  /** Makes an idempotent request, with retries while the server is unreachable. @throws SearchUnavailable, RefusedRequest */
  async ask<Result>(request: () => Promise<Result>, waitMs = this.#waitMs): Promise<Result> {
    const deadline = performance.now() + waitMs
    for (let delayMs = 100; ; delayMs = Math.min(2 * delayMs, 2_000)) {
      try {
        return await request()
      } catch (thrown) {
        const error = thrown instanceof MeilisearchRequestError ? thrown.cause : thrown
        if (!isTransient(error) || performance.now() + delayMs > deadline) throw this.#explained(error)
        await sleep(delayMs)
      }
    }
  }

  /** Makes a request without retries, while a user waits for it. */
  async askOnce<Result>(request: () => Promise<Result>): Promise<Result> {
    return await this.ask(request, 0)
  }

  #explained(error: unknown): unknown {
    const say = (code: SearchUnavailable['code'], text: string) =>
      new SearchUnavailable(code, `Meilisearch at ${this.address} ${text}`, { cause: error })
    if (!(error instanceof RefusedRequest)) {
      return say('unreachable', `does not answer: ${requestFailure(error)}. Is it running, and is MEILI_URL right?`)
    }
    if (error.status === 413) return error
    switch (error.code) {
      case undefined:
        return new SearchUnavailable(
          'not-meilisearch',
          `The server at ${this.address} is not Meilisearch (${error.message}). Expected in MEILI_URL its address, such as ` +
            'http://localhost:7700.',
        )
      case 'no_space_left_on_device':
        return fullDisk(this.address, error)
      case 'missing_authorization_header':
        return say('key-missing', 'requires a key. Set MEILI_API_KEY; docs/search.md lists the rights that the key needs.')
      case 'invalid_api_key':
        return say(
          'key-refused',
          'refuses the key in MEILI_API_KEY: it is wrong, has expired or lacks a right. docs/search.md lists the rights that ' +
            'it needs.',
        )
      default:
        return error
    }
  }
}

export function fullDisk(address: string, cause?: unknown): SearchUnavailable {
  const text = `The disk of Meilisearch at ${address} is full. Free some space; indexing then resumes and nothing is lost.`
  return new SearchUnavailable('disk-full', text, { cause })
}

/** The name of the shadow index, in which a rebuild writes. */
export function shadowNameOf(index: string): string {
  return `${index}_next`
}

const REQUEST_TIMEOUT_MS = 120_000
const CONNECT_TIMEOUT_MS = 10_000
/** Further concurrent requests wait for a connection. */
const CONNECTIONS = 32

/** A host name without a dot is in the local network, such as another container, which no proxy can reach. */
function dispatcherTo(address: string, network: Network): Dispatcher {
  const url = new URL(address)
  const proxy = url.hostname.includes('.') ? proxyOf(url, network) : undefined
  return outboundAgent(proxy, { network, connections: CONNECTIONS, connectTimeoutMs: CONNECT_TIMEOUT_MS })
}

/** No response, or one of a proxy whose server is not up yet. */
function isTransient(error: unknown): boolean {
  return !(error instanceof RefusedRequest) || [502, 503, 504].includes(error.status)
}

function requestFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  if (!(cause instanceof Error)) return error.message
  return cause.message || (errorCode(cause) ?? error.message)
}
