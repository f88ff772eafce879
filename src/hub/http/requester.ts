import pRetry, { type RetryContext } from 'p-retry'
import type { BudgetSnapshot } from '../budget/budget.ts'
import { bucketOf } from '../budget/budgets.ts'
import type { Headers } from '../budget/rate-limit.ts'
import type { Endpoint } from '../endpoint.ts'
import { BrokenAnswer, RetryLater } from '../errors.ts'
import type { RequestCounts } from '../events.ts'
import { answerBounds } from './answer-bounds.ts'
import type { Attempt, Call, Cost, RequestSpec } from './attempt.ts'
import { mayServeFiles } from './file-host.ts'
import { JsonReader } from './read-json.ts'
import { type Redirect, redirectTarget } from './redirect.ts'
import { errorForResponse } from './response-error.ts'
import { Sender, type SenderOptions } from './sender.ts'
import { LONGEST_BACKOFF_MS, sendThrottled, type ThrottleOptions } from './throttle.ts'
import type { ChangeRequest, Exchange, FileRequest, Transport } from './transport/transport.ts'
import { TransportError } from './transport/transport-error.ts'

export interface RequesterOptions extends SenderOptions, ThrottleOptions {
  endpoint: Endpoint
  transport: Transport
  retries: number
  maxResponseBytes: number
  /** Whether a file may come from another host than the endpoint, if the endpoint redirects there. */
  allowFileHosts: boolean
  /** File hosts that may have private addresses. */
  fileHosts: readonly string[]
}

interface AnyAnswer extends Cost {
  headers: Headers
  /** The URL that answered, after redirects. */
  url: string
  /** The number of redirects. */
  hops: number
}

/** A good answer and what it cost. */
export interface Answer extends AnyAnswer {
  json: unknown
  budget: BudgetSnapshot | undefined
}

/** Bytes of a file and what they cost. */
export interface FileAnswer extends AnyAnswer {
  /** 206 when the server sent the requested range, 200 when it sent the file from its beginning. */
  status: 200 | 206
  body: Buffer
}

/** The Hub's answer to a change, which may be empty. */
export interface ChangeAnswer extends AnyAnswer {
  text: string
}

type Reply<Value> = { headers: Headers; value: Value } | Redirect

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
const MAX_HOPS = 5
/** An address that has never answered is more likely mistyped than down for a moment. */
const TRIES_BEFORE_ANY_ANSWER = 3

/**
 * Sends every request of a client: within the budget, through redirects, and again after passing failures. From the outside
 * in: `#follow` redirects, `#withRetries`, `#attempt`, then throttle.ts for 429s and sender.ts for budget and limits.
 */
export class Requester {
  readonly #options: RequesterOptions
  readonly #sender: Sender
  readonly #json = new JsonReader()
  /** No try of a request has found a server. Until one answers, other requests fail at once. */
  #isGivenUp = false

  constructor(options: RequesterOptions) {
    this.#options = options
    this.#sender = new Sender(options)
  }

  get counts(): Readonly<RequestCounts> {
    return { ...this.#sender.counts }
  }

  /** @throws HubError whose class says what to do; the signal's reason when it aborts */
  async request(url: string, call: Call): Promise<Answer> {
    const { transport, budgets, maxResponseBytes } = this.#options
    const bounds = answerBounds(call.answer ?? 'other', maxResponseBytes)
    const answer = await this.#follow<{ json: unknown }>(url, call, {
      method: 'GET',
      send: (target) => transport.get(target, bounds.bytes, call.signal),
      read: (exchange, attempt) =>
        exchange.status === 200 ? { json: this.#json.read(exchange, attempt, bounds.values) } : undefined,
    })
    return { ...answer, budget: budgets[bucketOf(answer.url)].snapshot() }
  }

  /**
   * Reads bytes of a file. If the Hub redirects to the host that holds the file, that host gets no token, and the request
   * is outside of the budget.
   *
   * @throws as `request` does
   */
  async file(url: string, call: Call & FileRequest): Promise<FileAnswer> {
    const { transport, endpoint, allowFileHosts, fileHosts } = this.#options
    return await this.#follow<Pick<FileAnswer, 'status' | 'body'>>(url, call, {
      method: 'GET',
      send: (target) => transport.getFile(target, call, call.signal),
      read: ({ status, body }) => (status === 200 || status === 206 ? { status, body } : undefined),
      mayLeave: (to) => allowFileHosts && mayServeFiles(to, endpoint, fileHosts),
    })
  }

  /**
   * Asks the Hub for a change. No redirect is followed, because a new name may belong to another repo. A 429 has changed
   * nothing and is waited for; the caller decides whether to repeat the change after other failures.
   *
   * @throws as `request` does; Refused when the Hub redirects
   */
  async change(url: string, call: Call & ChangeRequest): Promise<ChangeAnswer> {
    const { transport, maxResponseBytes } = this.#options
    const { bytes } = answerBounds('other', maxResponseBytes)
    return await this.#follow<Pick<ChangeAnswer, 'text'>>(url, call, {
      method: call.method,
      send: (target) => transport.change(target, call, bytes, call.signal),
      read: ({ status, body }) => (status >= 200 && status < 300 ? { text: body.toString('utf8') } : undefined),
    })
  }

  async #follow<Value>(url: string, call: Call, spec: RequestSpec<Value>): Promise<AnyAnswer & Value> {
    const cost = call.cost ?? { requests: 0, wireBytes: 0 }
    let target = url
    for (let hops = 0; hops <= MAX_HOPS; hops++) {
      const request = { url: target, what: `${spec.method} ${withoutQuery(target)}`, call, cost }
      const reply = await this.#withRetries(request, spec)
      if ('value' in reply) return { ...cost, ...reply.value, headers: reply.headers, url: target, hops }
      target = redirectTarget(request, spec, reply, this.#options.endpoint)
    }
    const message = `GET ${withoutQuery(url)} was redirected more than ${MAX_HOPS} times, expected an answer.`
    throw new BrokenAnswer(message, { url })
  }

  async #withRetries<Value>(request: Omit<Attempt, 'bucket' | 'send'>, spec: RequestSpec<Value>): Promise<Reply<Value>> {
    const { endpoint, retryDelayMs } = this.#options
    const { url, call } = request
    const retries = call.retries ?? this.#options.retries
    const bucket = new URL(url).origin === endpoint.origin ? bucketOf(url) : undefined
    const attempt = (number: number): Attempt => {
      const what = `${request.what} (attempt ${number} of ${retries + 1})`
      return { ...request, bucket, what, send: () => sendOnce(url, what, spec) }
    }
    return await pRetry((number) => this.#attempt(attempt(number), spec), {
      retries,
      minTimeout: retryDelayMs,
      maxTimeout: LONGEST_BACKOFF_MS,
      randomize: true,
      signal: call.signal,
      shouldRetry: (context) => this.#prepareRetry(url, context, call.signal),
    })
  }

  /** Called only when a retry may follow. Waits for the time that the server requested, in addition to the usual delay. */
  async #prepareRetry(url: string, context: RetryContext, signal: AbortSignal | undefined): Promise<boolean> {
    const { error } = context
    const { clock, maxWaitMs, onEvent } = this.#options
    if (!(error instanceof RetryLater) && !(error instanceof BrokenAnswer && error.isDamaged)) return false
    const retriesLeft = this.#retriesLeft(context)
    if (retriesLeft === 0) return false
    const askedMs = error instanceof RetryLater ? Math.max(0, (error.untilMs ?? 0) - clock.now()) : 0
    if (askedMs > maxWaitMs) return false
    onEvent({ type: 'retry', url, reason: error.finding, delayMs: askedMs + context.retryDelay, retriesLeft })
    if (askedMs > 0) await clock.sleep(askedMs, signal)
    return true
  }

  #retriesLeft({ error, attemptNumber, retriesLeft }: RetryContext): number {
    if (this.#sender.hasAnswered || !(error instanceof RetryLater && error.isUnreachable)) return retriesLeft
    if (attemptNumber >= TRIES_BEFORE_ANY_ANSWER) this.#isGivenUp = true
    return this.#isGivenUp ? 0 : Math.min(retriesLeft, TRIES_BEFORE_ANY_ANSWER - attemptNumber)
  }

  async #attempt<Value>(attempt: Attempt, spec: RequestSpec<Value>): Promise<Reply<Value>> {
    const { transport, clock } = this.#options
    const exchange = await sendThrottled(attempt, this.#sender, this.#options)
    const { status, headers } = exchange
    const { location } = headers
    if (location !== undefined && REDIRECTS.has(status)) return { headers, location }
    const value = spec.read(exchange, attempt)
    if (value !== undefined) return { headers, value }
    const body = transport.withoutToken(exchange.body.toString('utf8'))
    throw errorForResponse(attempt, { status, headers, body }, clock.now())
  }
}

async function sendOnce(url: string, what: string, { send }: RequestSpec<unknown>): Promise<Exchange> {
  try {
    return await send(url)
  } catch (error) {
    throw error instanceof TransportError ? error.toHubError(what, { url }) : error
  }
}

/** The query of a listing is long and says little to people; the error's `url` has all of it. */
function withoutQuery(url: string): string {
  return url.split('?', 1)[0] ?? url
}
