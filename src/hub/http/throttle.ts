import { AbortError } from 'p-retry'
import { readRetryAfterMs } from '../budget/rate-limit.ts'
import { RetryLater } from '../errors.ts'
import { forMessage } from '../for-message.ts'
import type { Attempt } from './attempt.ts'
import { traceOf } from './response-error.ts'
import type { Sender, SenderOptions } from './sender.ts'
import { serverMessage } from './server-message.ts'
import type { Exchange, Transport } from './transport/transport.ts'

export interface ThrottleOptions extends SenderOptions {
  transport: Pick<Transport, 'withoutToken'>
  /** Before the second try after a 429 that names no time; doubles with each further one. */
  retryDelayMs: number
  /** 429s in a row for one attempt. */
  maxConsecutive429s: number
  maxWaitMs: number
}

export const LONGEST_BACKOFF_MS = 60_000

/**
 * Sends an attempt, and sends it again as long as the Hub answers 429. This happens within one attempt of p-retry, because
 * p-retry gives up after its last retry even on a failure that is not to cost a retry.
 *
 * @throws RetryLater when there are too many 429s in a row, or when the wait is too long; whatever `sender.send` throws
 */
export async function sendThrottled(attempt: Attempt, sender: Sender, options: ThrottleOptions): Promise<Exchange> {
  for (let throttles = 1; ; throttles++) {
    const exchange = await sender.send(attempt)
    if (exchange.status !== 429) return exchange
    park(attempt, exchange, throttles, options)
  }
}

/** Makes the bucket wait for the `Retry-After` of a 429, for the end of the window, or else for a growing delay. */
function park({ url, bucket, what }: Attempt, exchange: Exchange, throttles: number, options: ThrottleOptions): void {
  const { clock, budgets, transport, retryDelayMs, maxConsecutive429s, maxWaitMs, onEvent } = options
  const { body, headers, status } = exchange
  const details = traceOf(url, status, headers)
  if (bucket === undefined) {
    throw new RetryLater(`${what} was answered 429 by the file host. Run it again later.`, details)
  }
  const budget = budgets[bucket]
  const nowMs = clock.now()
  const askedMs = readRetryAfterMs(headers, nowMs) ?? 0
  // With requests left in the window, a limit was reached that the headers do not show, such as one per action and day.
  const backoffMs = budget.isSpent ? 0 : jittered(Math.min(LONGEST_BACKOFF_MS, retryDelayMs * 2 ** (throttles - 1)))
  const pausedUntilMs = nowMs + Math.max(askedMs, backoffMs)
  const untilMs = Math.max(pausedUntilMs, budget.isSpent ? (budget.snapshot()?.resetAtMs ?? 0) : 0)
  const isBearable = untilMs - nowMs <= maxWaitMs
  // If the wait is too long, other requests are still sent, so that each fails with an answer of its own.
  if (isBearable) budget.refused(pausedUntilMs)
  onEvent({ type: 'throttled', url, bucket, untilMs })
  if (isBearable && throttles < maxConsecutive429s) return
  const said = serverMessage(headers, transport.withoutToken(body.toString('utf8')))
  const times = throttles > 1 ? ` ${throttles} times in a row` : ''
  const message =
    `${what} was answered 429${times} (${forMessage(said ?? 'no reason given')}). ` +
    `Run it again after ${new Date(untilMs).toISOString()}.`
  throw new AbortError(new RetryLater(message, { ...details, serverMessage: said, untilMs }))
}

function jittered(delayMs: number): number {
  return delayMs * (1 + Math.random())
}
