import { type Clock, systemClock } from './clock.ts'
import { BudgetSpent } from './errors.ts'
import { OthersShare } from './others-share.ts'
import { Pace } from './pace.ts'
import { PRIORITIES, type Priority } from './priority.ts'
import { type Headers, readRateLimit } from './rate-limit.ts'
import { merged, type RateWindow, renewed, windowOf } from './rate-window.ts'
import { WaitingLine } from './waiting-line.ts'

/** What the Hub counts apart: `resolvers` are the URLs with `/resolve/`, `api` the rest of what we ask. */
export type Bucket = 'api' | 'resolvers'

export interface BudgetSnapshot {
  bucket: Bucket
  /** Requests left in the window, those on their way taken off. */
  remaining: number
  /** Requests a window. */
  quota: number
  windowSecs: number
  /** Milliseconds since 1970, at the latest. */
  resetAtMs: number
}

export interface BudgetOptions {
  clock?: Clock
  /** Requests on their way at a time, whatever the quota. @default 8 */
  maxInFlight?: number
  /** Share of a quota that may go out at once after a pause. @default 0.1 */
  burstShare?: number
  /** How long after the end of a window the next one is trusted to have begun. @default 50 */
  marginMs?: number
}

/** The right to send one request. Settle it exactly once: `answered` or `lost`. */
export interface Permit {
  /** Call with the headers of any answer, errors and redirects included. */
  answered(headers: Headers): void
  /** Call when no answer came; the server may have counted the request or not. */
  lost(): void
}

/** How long a piece of work wants to wait. Waiting for its turn while others' requests go out is not counted. */
export interface Patience {
  /** For a budget of which nothing is left to spend, as long as nothing was sent: what was would have to be sent again. */
  readonly longestMs: number
  /** When it aborts, nothing is begun any more, and what was begun waits for its turn but for no new window. */
  readonly signal: AbortSignal
  /** Set once a request went out. */
  hasBegun?: boolean
}

/**
 * The requests that one bucket of one token leaves, as the server tells it with every answer. The server counts in fixed
 * windows and for all processes with the token, so its figure is trusted whenever it is lower than ours; requests on their
 * way count as spent until their answers come.
 *
 * Until the first answer nothing is known, so one request goes ahead alone. A server that sends no limit is only held to
 * `maxInFlight`.
 */
export class Budget {
  readonly #bucket: Bucket
  readonly #clock: Clock
  readonly #maxInFlight: number
  readonly #marginMs: number
  readonly #pace: Pace
  readonly #others = new OthersShare()
  readonly #line: WaitingLine
  readonly #impatient = new Set<{ patience: Patience; leave(): void }>()
  #window: RateWindow | undefined
  #hasAnswered = false
  #inFlight = 0
  #parkedUntilMs = 0

  constructor(bucket: Bucket, options: BudgetOptions = {}) {
    this.#bucket = bucket
    this.#clock = options.clock ?? systemClock
    this.#maxInFlight = options.maxInFlight ?? 8
    this.#marginMs = options.marginMs ?? 50
    this.#pace = new Pace(options.burstShare ?? 0.1)
    this.#line = new WaitingLine(this.#clock, () => this.delayMs())
  }

  /**
   * Waits until one request may be sent, after those of a higher priority and those of the same that came before. Send it
   * at once.
   *
   * @throws the signal's reason when it aborts first, BudgetSpent when the patience is over; nothing is spent then
   */
  async acquire(signal?: AbortSignal, priority: Priority = 'pass', patience?: Patience): Promise<Permit> {
    const over = new AbortController()
    const signals = signal === undefined ? [over.signal] : [signal, over.signal]
    const passed = this.#line.pass(() => this.#spend(), PRIORITIES[priority], signals)
    if (patience === undefined) await passed
    else await this.#whilePatient(patience, over, passed)
    return this.#permit(this.#clock.now())
  }

  /** How long the next request would have to wait as far as is known now; Infinity when only an answer can tell. */
  delayMs(): number {
    const now = this.#clock.now()
    if (this.#inFlight >= this.#maxInFlight) return Infinity
    if (!this.#hasAnswered && this.#inFlight > 0) return Infinity
    const spentUntilMs = this.spentUntilMs()
    if (spentUntilMs > 0) return spentUntilMs - now
    const window = this.#presentWindow(now)
    return window === undefined ? 0 : this.#pace.delayMs(window, this.#spendable(window), now)
  }

  /** Until when there is nothing to spend, what is left to others counted as spent; 0 while there is something. */
  spentUntilMs(): number {
    const now = this.#clock.now()
    const window = this.#presentWindow(now)
    const isSpent = window !== undefined && this.#spendable(window) <= 0
    const untilMs = Math.max(this.#parkedUntilMs, isSpent ? window.endsByMs + this.#marginMs : 0)
    return untilMs > now ? untilMs : 0
  }

  /** Holds everything back until then, as after a 429 that names its own time. */
  refused(untilMs: number): void {
    this.#parkedUntilMs = Math.max(this.#parkedUntilMs, untilMs)
    this.#advance()
  }

  /** Whether the present window has nothing left, not even for others. */
  get isSpent(): boolean {
    const window = this.#presentWindow(this.#clock.now())
    return window !== undefined && window.remaining <= 0
  }

  /** Undefined as long as the server has sent no limit. */
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
    this.#others.weSent(this.#inFlight)
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

  async #whilePatient(patience: Patience, over: AbortController, passed: Promise<void>): Promise<void> {
    const leave = () => over.abort(new BudgetSpent(Math.max(this.spentUntilMs(), this.#clock.now())))
    const waiting = { patience, leave }
    const dismiss = () => this.#dismiss()
    this.#impatient.add(waiting)
    patience.signal.addEventListener('abort', dismiss, { once: true })
    // Who was let through at once has left the line and does not hear of it.
    dismiss()
    try {
      await passed
      patience.hasBegun = true
    } finally {
      this.#impatient.delete(waiting)
      patience.signal.removeEventListener('abort', dismiss)
    }
  }

  #advance(): void {
    this.#line.advance()
    this.#dismiss()
  }

  /** Sends those away for whom the wait has become too long. */
  #dismiss(): void {
    const waitMs = this.spentUntilMs() - this.#clock.now()
    for (const { patience, leave } of this.#impatient) {
      const { hasBegun = false, longestMs, signal } = patience
      if (hasBegun ? signal.aborted && waitMs > 0 : signal.aborted || waitMs > longestMs) leave()
    }
  }

  #observe(headers: Headers, sentAtMs: number): void {
    const now = this.#clock.now()
    const known = this.#presentWindow(now)
    const limit = readRateLimit(headers)
    if (limit === undefined) {
      // Counted or not, nobody has said; a request too few is better than a 429.
      if (known !== undefined) this.#window = { ...known, remaining: Math.max(0, known.remaining - 1) }
      return
    }
    const seen = windowOf(limit, sentAtMs, now)
    const next = known === undefined ? seen : merged(known, seen)
    if (next === seen) {
      this.#begin(seen)
    } else {
      this.#window = next
      this.#others.left(next.remaining)
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
    this.#others.begin(window.remaining, this.#inFlight)
  }

  #spendable(window: RateWindow): number {
    return window.remaining - this.#inFlight - this.#others.reserve(this.#inFlight, window.quota)
  }
}
