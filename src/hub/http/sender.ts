import { AbortError } from 'p-retry'
import { formatNumber } from '../../util/format-number.ts'
import type { Budgets } from '../budget/budgets.ts'
import type { Clock } from '../clock.ts'
import { RequestLimitReached } from '../errors.ts'
import type { HubEvent, RequestCounts } from '../events.ts'
import type { Attempt, Call } from './attempt.ts'
import type { Exchange } from './transport/transport.ts'

export interface SenderOptions {
  budgets: Budgets
  clock: Clock
  /** Requests that the client may send in total. */
  maxRequests: number
  onEvent: (event: HubEvent) => void
}

/** Sends one request at a time: when the budget allows it, and within the limits of client and caller. */
export class Sender {
  readonly counts: RequestCounts = { api: 0, resolvers: 0, throttled: 0 }
  /** Whether the Hub has answered any request. */
  hasAnswered = false
  readonly #options: SenderOptions
  /** Requests that were sent or wait to be sent. */
  #started = 0

  constructor(options: SenderOptions) {
    this.#options = options
  }

  /** @throws AbortError with RequestLimitReached; QuotaExhausted; the signal's reason; whatever `attempt.send` throws */
  async send({ url, bucket, call, cost, send }: Attempt): Promise<Exchange> {
    if (bucket === undefined) {
      const exchange = await send()
      cost.wireBytes += exchange.wireBytes
      return exchange
    }
    const { budgets, clock, onEvent } = this.#options
    this.#start(url, call)
    const budget = budgets[bucket]
    const delayMs = budget.delayMs()
    if (delayMs >= 1000 && delayMs !== Infinity) onEvent({ type: 'waiting', bucket, untilMs: clock.now() + delayMs })
    const permit = await budget.acquire(call.signal, call.priority, call.waitLimit)
    const sentAtMs = clock.now()
    const report = (status: number | undefined, wireBytes: number): void =>
      onEvent({ type: 'request', url, bucket, status, wireBytes, durationMs: clock.now() - sentAtMs })
    this.counts[bucket]++
    cost.requests++
    let exchange: Exchange
    try {
      exchange = await send()
    } catch (error) {
      permit.lost()
      report(undefined, 0)
      throw error
    }
    this.hasAnswered = true
    permit.answered(exchange.headers)
    cost.wireBytes += exchange.wireBytes
    report(exchange.status, exchange.wireBytes)
    if (exchange.status === 429) this.counts.throttled++
    return exchange
  }

  #start(url: string, { limit }: Call): void {
    const { maxRequests } = this.#options
    if (this.#started >= maxRequests) {
      const message = `The limit of ${formatNumber(maxRequests)} requests is reached; the next run continues from there.`
      throw new AbortError(new RequestLimitReached(message, { url }))
    }
    limit?.count(url)
    this.#started++
  }
}
