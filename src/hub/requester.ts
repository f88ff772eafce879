import pRetry, { AbortError, type RetryContext } from 'p-retry'
import { type AnswerKind, answerBounds, holdsMoreValues } from './answer-bounds.ts'
import type { Bucket, BudgetSnapshot, Patience } from './budget.ts'
import { type Budgets, bucketOf } from './budgets.ts'
import type { Clock } from './clock.ts'
import type { Endpoint } from './endpoint.ts'
import { BrokenAnswer, Moved, Refused, RequestsSpent, RetryLater } from './errors.ts'
import { ExchangeFault } from './exchange-fault.ts'
import { mayServeFiles } from './file-host.ts'
import type { HubEvent, RequestCounts } from './hub-events.ts'
import { IS_THIS_A_HUB, judge, type Route, traceOf } from './judge.ts'
import { redirectAddress } from './links.ts'
import { parseJson } from './parse-json.ts'
import { printable } from './printable.ts'
import type { Priority } from './priority.ts'
import { type Headers, readRetryAfterMs } from './rate-limit.ts'
import { ASK_FOR_LESS, isUnpacked } from './read-body.ts'
import type { RequestLimit } from './request-limit.ts'
import { serverMessage } from './server-message.ts'
import type { ChangeRequest, Exchange, FileRequest, Transport } from './transport.ts'

export interface RequesterOptions {
  endpoint: Endpoint
  transport: Transport
  budgets: Budgets
  clock: Clock
  retries: number
  retryDelayMs: number
  maxThrottles: number
  maxWaitMs: number
  maxRequests: number
  maxResponseBytes: number
  /** Whether a file may come from another host than the endpoint, to which the endpoint sends us. */
  allowFileHosts: boolean
  /** Those that may be on private addresses, too. */
  fileHosts: readonly string[]
  onEvent: (event: HubEvent) => void
}

export interface Call {
  route: Route
  /** Bounds what the answer may weigh. @default 'other' */
  answer?: AnswerKind | undefined
  signal?: AbortSignal | undefined
  /** Instead of the usual number. */
  retries?: number | undefined
  /** Of the caller, to count on with: it knows what was spent when no answer came either. */
  cost?: Cost | undefined
  /** @default 'pass' */
  priority?: Priority | undefined
  /** Of the caller, beside the one of the client. */
  limit?: RequestLimit | undefined
  /** @default waits for the budget as long as it takes */
  patience?: Patience | undefined
}

interface AnyAnswer {
  headers: Headers
  /** Where it came from in the end. */
  url: string
  /** How many redirects led there. */
  hops: number
  /** To the Hub, over all retries and redirects. */
  requests: number
  /** Over the wire, as packed as they came. */
  wireBytes: number
}

/** A good answer and what it cost. */
export interface Answer extends AnyAnswer {
  json: unknown
  budget: BudgetSnapshot | undefined
}

/** Bytes of a file and what they cost. */
export interface FileAnswer extends AnyAnswer {
  /** 206 when the server sent the range that was asked for, 200 when it sent the file from its beginning. */
  status: 200 | 206
  body: Buffer
}

/** What the Hub said of a change, which may be nothing. */
export interface ChangeAnswer extends AnyAnswer {
  text: string
}

/** What is sent, and what is made of an answer that is no redirect and no error. */
interface Exchanging<Value> {
  method: 'GET' | ChangeRequest['method']
  send(url: string, signal: AbortSignal | undefined): Promise<Exchange>
  /** Undefined when the status is none of those expected. */
  read(exchange: Exchange, what: string, url: string): Value | undefined
  /** Whether a redirect may be followed to another host. */
  mayLeave(to: URL): boolean
}

export type Cost = Pick<AnyAnswer, 'requests' | 'wireBytes'>

type Reply<Value> = { headers: Headers; value: Value } | { headers: Headers; location: string }

const MAX_HOPS = 5
const LONGEST_BACKOFF_MS = 60_000
/** An address at which nobody has answered yet is more likely mistyped than down for a moment. */
const TRIES_BEFORE_ANY_ANSWER = 3

/** Asks the Hub: within the budget, through redirects, again after what passes. Everything asked goes through here. */
export class Requester {
  readonly #options: RequesterOptions
  readonly #counts: RequestCounts = { api: 0, resolvers: 0, throttled: 0 }
  /** Sent, or in line to be sent. */
  #started = 0
  #hasAnswered = false
  #hasSpokenJson = false
  /** Nobody was there in all tries of a request; the others learn it at once, until somebody answers. */
  #isGivenUp = false

  constructor(options: RequesterOptions) {
    this.#options = options
  }

  get counts(): Readonly<RequestCounts> {
    return { ...this.#counts }
  }

  /** @throws HubError of the kind that says what to do; the signal's reason when it aborts */
  async request(url: string, call: Call): Promise<Answer> {
    const { transport, budgets, maxResponseBytes } = this.#options
    const bounds = answerBounds(call.answer ?? 'other', maxResponseBytes)
    const { value, ...answer } = await this.#follow<{ json: unknown }>(url, call, {
      method: 'GET',
      send: (target, signal) => transport.get(target, bounds.bytes, signal),
      read: (exchange, what, target) =>
        exchange.status === 200 ? this.#parse(exchange, what, target, bounds.values) : undefined,
      mayLeave: () => false,
    })
    return { ...answer, ...value, budget: budgets[bucketOf(answer.url)].snapshot() }
  }

  /**
   * Bytes of a file. Where the Hub sends us to the host that holds them, that one is asked without the token and outside of
   * the budget.
   *
   * @throws as `request` does
   */
  async file(url: string, call: Call & FileRequest): Promise<FileAnswer> {
    const { transport, endpoint, allowFileHosts, fileHosts } = this.#options
    const { value, ...answer } = await this.#follow<Pick<FileAnswer, 'status' | 'body'>>(url, call, {
      method: 'GET',
      send: (target, signal) => transport.getFile(target, call, signal),
      read: ({ status, body }) => (status === 200 || status === 206 ? { status, body } : undefined),
      mayLeave: (to) => allowFileHosts && mayServeFiles(to, endpoint, fileHosts),
    })
    return { ...answer, ...value }
  }

  /**
   * Asks the Hub to change something, and follows no redirect: under its new name a repo may be another one. A 429 has
   * changed nothing and is waited for; what else is tried again is the caller's to say.
   *
   * @throws as `request` does; Refused where the Hub redirects
   */
  async change(url: string, call: Call & ChangeRequest): Promise<ChangeAnswer> {
    const { transport, maxResponseBytes } = this.#options
    const { bytes } = answerBounds('other', maxResponseBytes)
    const { value, ...answer } = await this.#follow<Pick<ChangeAnswer, 'text'>>(url, call, {
      method: call.method,
      send: (target, signal) => transport.change(target, call, bytes, signal),
      read: ({ status, body }) => (status >= 200 && status < 300 ? { text: body.toString('utf8') } : undefined),
      mayLeave: () => false,
    })
    return { ...answer, ...value }
  }

  async #follow<Value>(url: string, call: Call, exchanging: Exchanging<Value>): Promise<AnyAnswer & { value: Value }> {
    const cost = call.cost ?? { requests: 0, wireBytes: 0 }
    let target = url
    for (let hops = 0; hops <= MAX_HOPS; hops++) {
      const reply = await this.#withRetries(target, call, cost, exchanging)
      if ('value' in reply) return { ...cost, value: reply.value, headers: reply.headers, url: target, hops }
      target = this.#redirected(target, reply, exchanging)
    }
    throw new BrokenAnswer(`GET ${shortened(url)} was redirected more than ${MAX_HOPS} times, expected an answer.`, {
      url,
    })
  }

  #redirected<Value>(
    from: string,
    reply: { headers: Headers; location: string },
    { method, mayLeave }: Exchanging<Value>,
  ): string {
    const { origin } = this.#options.endpoint
    const details = { url: from, requestId: reply.headers['x-request-id'] }
    if (method !== 'GET') {
      const message =
        `${method} ${shortened(from)} was redirected to ${printable(reply.location)}. Nothing was changed, since a name ` +
        'may lead to another repo by now; look the repo up and use its present name.'
      throw new Refused(message, details)
    }
    const to = redirectAddress(reply.location, from, this.#options.endpoint)
    if (to === undefined) {
      const found = printable(reply.location)
      throw new BrokenAnswer(`GET ${shortened(from)} was redirected to ${found}, expected a URL or a path.`, details)
    }
    if (to.origin === origin || mayLeave(to)) return to.href
    throw new Moved(
      `GET ${shortened(from)} was redirected to ${to.origin}, another host than ${origin}. It was not followed; ` +
        'if the Hub has moved, set the endpoint to its new address; if it keeps files there, see HUBDEX_FILE_HOSTS.',
      { ...details, to: to.href },
    )
  }

  async #withRetries<Value>(url: string, call: Call, cost: Cost, exchanging: Exchanging<Value>): Promise<Reply<Value>> {
    const { retryDelayMs } = this.#options
    const retries = call.retries ?? this.#options.retries
    const name = (attempt: number): string =>
      `${exchanging.method} ${shortened(url)} (attempt ${attempt} of ${retries + 1})`
    return await pRetry((attempt) => this.#attempt(url, call, cost, name(attempt), exchanging), {
      retries,
      minTimeout: retryDelayMs,
      maxTimeout: LONGEST_BACKOFF_MS,
      randomize: true,
      signal: call.signal,
      shouldRetry: (context) => this.#prepareRetry(url, context, call.signal),
    })
  }

  /** Called only where a retry may follow. Waits as long as the server asked on top of the delay that is due anyway. */
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
    if (this.#hasAnswered || !(error instanceof RetryLater && error.isUnreachable)) return retriesLeft
    if (attemptNumber >= TRIES_BEFORE_ANY_ANSWER) this.#isGivenUp = true
    return this.#isGivenUp ? 0 : Math.min(retriesLeft, TRIES_BEFORE_ANY_ANSWER - attemptNumber)
  }

  async #attempt<Value>(
    url: string,
    call: Call,
    cost: Cost,
    what: string,
    exchanging: Exchanging<Value>,
  ): Promise<Reply<Value>> {
    const { transport, clock } = this.#options
    const exchange = await this.#unthrottled(url, what, call, cost, exchanging)
    const { status, headers, body } = exchange
    const { location } = headers
    if (location !== undefined && [301, 302, 303, 307, 308].includes(status)) return { headers, location }
    const value = exchanging.read(exchange, what, url)
    if (value !== undefined) return { headers, value }
    throw judge({
      what,
      url,
      route: call.route,
      status,
      headers,
      body: transport.withoutToken(body.toString('utf8')),
      nowMs: clock.now(),
    })
  }

  #parse({ body, headers }: Exchange, what: string, url: string, maxValues: number): { json: unknown } {
    if (holdsMoreValues(body, maxValues)) {
      const count = (number: number): string => number.toLocaleString('en-US')
      throw new BrokenAnswer(
        `${what} was answered with JSON that holds more than ${count(maxValues)} values in ${count(body.length)} bytes.`,
        { ...traceOf(url, 200, headers), isTooLarge: true, advice: ASK_FOR_LESS },
      )
    }
    const text = body.toString('utf8')
    try {
      const json: unknown = parseJson(text)
      this.#hasSpokenJson = true
      return { json }
    } catch (cause) {
      const encoding = headers['content-encoding']
      if (encoding !== undefined && !isUnpacked(encoding)) {
        const message = `${what} was answered packed as ${printable(encoding)}, expected gzip or br.`
        throw new BrokenAnswer(message, { ...traceOf(url, 200, headers), advice: IS_THIS_A_HUB, cause })
      }
      const type = headers['content-type'] ?? 'no content type'
      const isDeclared = type.includes('json')
      const message = isDeclared
        ? `${what} was answered with JSON that is cut short or damaged (${text.length} characters).`
        : `${what} was answered with ${printable(type)}, expected JSON.`
      // A server that has spoken JSON before is a Hub behind a proxy with a bad moment; one that never has is none, and
      // whoever mistyped its address should not wait for retries to learn it.
      throw new BrokenAnswer(message, {
        ...traceOf(url, 200, headers),
        isDamaged: isDeclared || this.#hasSpokenJson,
        advice: isDeclared ? 'Run it again.' : IS_THIS_A_HUB,
        cause,
      })
    }
  }

  /**
   * Waits and asks again for as long as the answer is a 429. This stays inside an attempt because p-retry, even when told
   * that a failure consumes no retry, gives up at one that follows the last.
   */
  async #unthrottled(
    url: string,
    what: string,
    call: Call,
    cost: Cost,
    { send }: Pick<Exchanging<unknown>, 'send'>,
  ): Promise<Exchange> {
    if (new URL(url).origin !== this.#options.endpoint.origin)
      return await this.#sendElsewhere(url, what, call, cost, send)
    const bucket = bucketOf(url)
    for (let throttles = 1; ; throttles++) {
      const exchange = await this.#send(url, bucket, what, call, cost, send)
      if (exchange.status !== 429) return exchange
      this.#counts.throttled++
      this.#park(exchange, { url, bucket, what, throttles })
    }
  }

  /** Makes the bucket wait for what a 429 asks: its own `Retry-After`, the window's end, or else a growing while. */
  #park(exchange: Exchange, call: { url: string; bucket: Bucket; what: string; throttles: number }): void {
    const { clock, budgets, retryDelayMs, maxThrottles, maxWaitMs, onEvent } = this.#options
    const { url, bucket, what, throttles } = call
    const budget = budgets[bucket]
    const nowMs = clock.now()
    const askedMs = readRetryAfterMs(exchange.headers, nowMs) ?? 0
    // With requests left in the window the limit is one that the headers do not count, such as one on an action a day.
    const backoffMs = budget.isSpent ? 0 : jittered(Math.min(LONGEST_BACKOFF_MS, retryDelayMs * 2 ** (throttles - 1)))
    const parkedUntilMs = nowMs + Math.max(askedMs, backoffMs)
    const untilMs = Math.max(parkedUntilMs, budget.isSpent ? (budget.snapshot()?.resetAtMs ?? 0) : 0)
    const isBearable = untilMs - nowMs <= maxWaitMs
    // A bucket parked for longer would hold others in silence; they are to learn it from an answer of their own.
    if (isBearable) budget.refused(parkedUntilMs)
    onEvent({ type: 'throttled', url, bucket, untilMs })
    if (isBearable && throttles < maxThrottles) return
    const { body, headers, status } = exchange
    const said = serverMessage(headers, this.#options.transport.withoutToken(body.toString('utf8')))
    const message =
      `${what} was answered 429${throttles > 1 ? ` ${throttles} times in a row` : ''} (${printable(said ?? 'no reason given')}). ` +
      `Run it again after ${new Date(untilMs).toISOString()}.`
    throw new AbortError(new RetryLater(message, { ...traceOf(url, status, headers), serverMessage: said, untilMs }))
  }

  /** One request to the Hub on the wire. */
  async #send(
    url: string,
    bucket: Bucket,
    what: string,
    call: Call,
    cost: Cost,
    send: Exchanging<unknown>['send'],
  ): Promise<Exchange> {
    const { budgets, clock, maxRequests, onEvent } = this.#options
    if (this.#started >= maxRequests) {
      const limit = `The limit of ${maxRequests.toLocaleString('en-US')} requests is reached; the next run goes on from there.`
      throw new AbortError(new RequestsSpent(limit, { url }))
    }
    call.limit?.count(url)
    this.#started++
    const budget = budgets[bucket]
    const delayMs = budget.delayMs()
    if (delayMs >= 1000 && delayMs !== Infinity) onEvent({ type: 'waiting', bucket, untilMs: clock.now() + delayMs })
    const permit = await budget.acquire(call.signal, call.priority, call.patience)
    const sentAtMs = clock.now()
    const ended = (status: number | undefined, wireBytes: number): void =>
      onEvent({ type: 'request', url, bucket, status, wireBytes, durationMs: clock.now() - sentAtMs })
    this.#counts[bucket]++
    cost.requests++
    let exchange: Exchange
    try {
      exchange = await send(url, call.signal)
    } catch (error) {
      permit.lost()
      ended(undefined, 0)
      throw error instanceof ExchangeFault ? error.toHubError(what, { url }) : error
    }
    this.#hasAnswered = true
    permit.answered(exchange.headers)
    cost.wireBytes += exchange.wireBytes
    ended(exchange.status, exchange.wireBytes)
    return exchange
  }

  /** One request to a host that holds files: the Hub does not count it. */
  async #sendElsewhere(
    url: string,
    what: string,
    call: Call,
    cost: Cost,
    send: Exchanging<unknown>['send'],
  ): Promise<Exchange> {
    const exchange = await send(url, call.signal).catch((error: unknown) => {
      throw error instanceof ExchangeFault ? error.toHubError(what, { url }) : error
    })
    cost.wireBytes += exchange.wireBytes
    const { status, headers } = exchange
    if (status !== 429) return exchange
    throw new RetryLater(
      `${what} was answered 429 by the host of the file. Run it again later.`,
      traceOf(url, status, headers),
    )
  }
}

/** The query of a listing is long and tells people little; the error's `url` has it all. */
function shortened(url: string): string {
  return url.split('?', 1)[0] ?? url
}

function jittered(delayMs: number): number {
  return delayMs * (1 + Math.random())
}
