import { type Clock, systemClock } from '../clock.ts'
import { QuotaExhausted } from '../errors.ts'
import { Pace } from './pace.ts'
import { PRIORITIES, type Priority } from './priority.ts'
import { type Headers, readRateLimit } from './rate-limit.ts'
import { merged, type RateWindow, renewed, windowOf } from './rate-window.ts'
import { SharedQuotaEstimate } from './shared-quota.ts'
import { WaitQueue } from './wait-queue.ts'

/** What the Hub counts separately: `resolvers` for URLs with `/resolve/`, `api` for all other requests of hubdex. */
export type Bucket = 'api' | 'resolvers'

export interface BudgetSnapshot {
  bucket: Bucket
  /** Requests left in the window, minus those in flight. */
  remaining: number
  /** Requests per window. */
  quota: number
  windowSecs: number
  /** The latest possible end of the window, in milliseconds since 1970. */
  resetAtMs: number
}

export interface BudgetOptions {
  clock?: Clock
  /** Requests in flight at a time, whatever the quota. @default 8 */
  maxInFlight?: number
  /** Share of a quota that may be sent at once after a pause. @default 0.1 */
  burstShare?: number
  /** How long after the end of a window the next one is assumed to have begun. @default 50 */
  marginMs?: number
}

/** Permission to send one request. Settle it exactly once: `answered` or `lost`. */
export interface Permit {
  /** Call with the headers of any answer, including errors and redirects. */
  answered(headers: Headers): void
  /** Call when no answer came; the server may or may not have counted the request. */
  lost(): void
}

/** How long a piece of work is willing to wait. Waiting for its turn while other requests are sent does not count. */
export interface WaitLimit {
  /** The longest wait for an exhausted budget. It holds until a request was sent, which would otherwise have to be repeated. */
  readonly longestMs: number
  /** When it aborts, work that has sent nothing gives up. Other work still waits for its turn, but not for a new window. */
  readonly signal: AbortSignal
  /** Set once a request was sent. */
  hasSent?: boolean
}

/**
 * The requests that are left in one bucket of one token, as every answer of the server reports them. The server counts in
 * fixed windows and for all processes with the token, so its figure is trusted whenever it is lower than ours. Requests in
 * flight count as spent until their answers come.
 *
 * Before the first answer nothing is known, so the first request is sent alone. If the server sends no limit, only
 * `maxInFlight` applies.
 */
export class Budget {
  readonly #bucket: Bucket
  readonly #clock: Clock
  readonly #maxInFlight: number
  readonly #marginMs: number
  readonly #pace: Pace
  readonly #others = new SharedQuotaEstimate()
  readonly #queue: WaitQueue
  readonly #limited = new Set<{ waitLimit: WaitLimit; leave(): void }>()
  #window: RateWindow | undefined
  #hasAnswered = false
  #inFlight = 0
  #pausedUntilMs = 0

  constructor(bucket: Bucket, options: BudgetOptions = {}) {
    this.#bucket = bucket
    this.#clock = options.clock ?? systemClock
    this.#maxInFlight = options.maxInFlight ?? 8
    this.#marginMs = options.marginMs ?? 50
    this.#pace = new Pace(options.burstShare ?? 0.1)
    this.#queue = new WaitQueue(this.#clock, () => this.delayMs())
  }

  /**
   * Waits until one request may be sent: after requests of a higher priority, and after earlier ones of the same priority.
   * Send it at once.
   *
   * @throws the signal's reason when it aborts first; QuotaExhausted when the wait limit is exceeded. Nothing is spent then
   */
  async acquire(signal?: AbortSignal, priority: Priority = 'pass', waitLimit?: WaitLimit): Promise<Permit> {
    const over = new AbortController()
    const signals = signal === undefined ? [over.signal] : [signal, over.signal]
    const turn = this.#queue.enter(() => this.#spend(), PRIORITIES[priority], signals)
    if (waitLimit === undefined) await turn
    else await this.#waitWithin(waitLimit, over, turn)
    return this.#permit(this.#clock.now())
  }

  /** How long the next request would wait, as far as is known now. Infinity when this depends on an answer. */
  delayMs(): number {
    const now = this.#clock.now()
    if (this.#inFlight >= this.#maxInFlight) return Infinity
    if (!this.#hasAnswered && this.#inFlight > 0) return Infinity
    const exhaustedUntilMs = this.exhaustedUntilMs()
    if (exhaustedUntilMs > 0) return exhaustedUntilMs - now
    const window = this.#presentWindow(now)
    return window === undefined ? 0 : this.#pace.delayMs(window, this.#spendable(window), now)
  }

  /** When there will be requests to spend again, beyond those reserved for other processes; 0 if there are some now. */
  exhaustedUntilMs(): number {
    const now = this.#clock.now()
    const window = this.#presentWindow(now)
    const isSpent = window !== undefined && this.#spendable(window) <= 0
    const untilMs = Math.max(this.#pausedUntilMs, isSpent ? window.endsByMs + this.#marginMs : 0)
    return untilMs > now ? untilMs : 0
  }

  /** Sends nothing until then, as after a 429 with a `Retry-After`. */
  refused(untilMs: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, untilMs)
    this.#advance()
  }

  /** Whether the current window has nothing left, not even for other processes. */
  get isSpent(): boolean {
    const window = this.#presentWindow(this.#clock.now())
    return window !== undefined && window.remaining <= 0
  }

  /** @returns undefined until the server has sent a limit */
  snapshot(): BudgetSnapshot | undefined {
    const window = this.#presentWindow(this.#clock.now())
    if (window === undefined) return undefined
    return {
      bucket: this.#bucket,
      remaining: Math.max(0, window.remaining - this.#inFlight),
      quota: window.quota,
      windowSecs: window.lengthMs / 1000,
      resetAtMs: window.endsByMs,
    }
  }

  #spend(): void {
    this.#inFlight++
    this.#pace.spend()
    this.#others.recordSent(this.#inFlight)
  }

  #permit(sentAtMs: number): Permit {
    let isSettled = false
    const settle = (headers: Headers | undefined): void => {
      if (isSettled) throw new Error('A permit was settled twice; settle it once, with `answered` or `lost`.')
      isSettled = true
      this.#inFlight--
      if (headers !== undefined) this.#hasAnswered = true
      this.#observe(headers ?? {}, sentAtMs)
      this.#advance()
    }
    return { answered: settle, lost: () => settle(undefined) }
  }

  async #waitWithin(waitLimit: WaitLimit, over: AbortController, turn: Promise<void>): Promise<void> {
    const leave = () => over.abort(new QuotaExhausted(Math.max(this.exhaustedUntilMs(), this.#clock.now())))
    const waiting = { waitLimit, leave }
    const dismiss = () => this.#dismiss()
    this.#limited.add(waiting)
    waitLimit.signal.addEventListener('abort', dismiss, { once: true })
    // A request that was let through at once has left the queue already, so this does not affect it.
    dismiss()
    try {
      await turn
      waitLimit.hasSent = true
    } finally {
      this.#limited.delete(waiting)
      waitLimit.signal.removeEventListener('abort', dismiss)
    }
  }

  #advance(): void {
    this.#queue.advance()
    this.#dismiss()
  }

  /** Ends the waits that have become too long. */
  #dismiss(): void {
    const waitMs = this.exhaustedUntilMs() - this.#clock.now()
    for (const { waitLimit, leave } of this.#limited) {
      const { hasSent = false, longestMs, signal } = waitLimit
      if (hasSent ? signal.aborted && waitMs > 0 : signal.aborted || waitMs > longestMs) leave()
    }
  }

  #observe(headers: Headers, sentAtMs: number): void {
    const now = this.#clock.now()
    const known = this.#presentWindow(now)
    const limit = readRateLimit(headers)
    if (limit === undefined) {
      // Whether it was counted is unknown; one request too few is better than a 429.
      if (known !== undefined) this.#window = { ...known, remaining: Math.max(0, known.remaining - 1) }
      return
    }
    const seen = windowOf(limit, sentAtMs, now)
    const next = known === undefined ? seen : merged(known, seen)
    if (next === seen) {
      this.#begin(seen)
    } else {
      this.#window = next
      this.#others.recordRemaining(next.remaining)
    }
  }

  #presentWindow(now: number): RateWindow | undefined {
    if (this.#window !== undefined && now >= this.#window.endsByMs + this.#marginMs) {
      this.#begin(renewed(this.#window, now))
    }
    return this.#window
  }

  #begin(window: RateWindow): void {
    this.#window = window
    this.#others.beginWindow(window.remaining, this.#inFlight)
  }

  #spendable(window: RateWindow): number {
    return window.remaining - this.#inFlight - this.#others.reserve(this.#inFlight, window.quota)
  }
}
