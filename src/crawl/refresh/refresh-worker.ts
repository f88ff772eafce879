import { setTimeout as delay } from 'node:timers/promises'
import { describeError } from '../../catalog/postgres/errors.ts'
import { LeaseLost } from '../../catalog/processes/lease-owner.ts'
import type { LeasedRefresh, RefreshQueue } from '../../catalog/processes/refresh-queue.ts'
import { type FailureReport, failureReport } from '../../catalog/stages/failure-cause.ts'
import type { HubClient } from '../../hub/client.ts'
import { systemClock } from '../../hub/clock.ts'
import { QuotaExhausted } from '../../hub/errors.ts'
import { InFlightTasks } from '../../queue/in-flight-tasks.ts'
import { LanePaused } from '../../queue/tasks.ts'
import type { RefreshOutcome } from './refresh.ts'

export type RefreshEvent =
  | { type: 'refreshed'; kind: string; id: string; outcome: string }
  /** It failed and is tried again later. After too many tries it is given up: stored as a failure and left to passes. */
  | { type: 'refresh-failed'; kind: string; id: string; reason: string; isGivenUp: boolean }
  | { type: 'refreshes-paused'; untilMs: number; reason: string }
  /** The queue cannot be read; emitted once until that changes. */
  | { type: 'queue-unavailable'; reason: string }

/** A client of the Hub and the fingerprint of its token. */
export interface RefreshClient {
  budget: string
  hub: HubClient
}

/** One try to refresh an entry. */
export interface RefreshRun {
  entry: LeasedRefresh
  hub: HubClient
  /** Aborted when the time to end gracefully is over, or the lease was lost. */
  signal: AbortSignal
  /** Aborted when the process begins to end. */
  draining: AbortSignal
}

export interface RefreshWorkerOptions {
  queue: RefreshQueue
  /** At least one. The first whose budget is not exhausted is used. */
  clients: readonly RefreshClient[]
  /**
   * Requests the repo from the Hub and writes what it learns. Any error counts as an attempt, except `QuotaExhausted`,
   * `LanePaused`, and what it throws because a signal was aborted.
   */
  refresh(run: RefreshRun): Promise<RefreshOutcome>
  /** @param budget the fingerprint of the token that was used */
  emit(event: RefreshEvent, budget?: string): void
  /** Entries in flight at a time. */
  concurrency: number
  /** How often to poll for entries that other processes enqueued. @default 1,000 */
  pollMs?: number
  /** How often to renew the leases of entries in flight. @default 20,000 */
  renewMs?: number
}

const FIRST_DELAY_MS = 2_000
const LONGEST_DELAY_MS = 300_000
/** About half an hour of tries. */
const MAX_ATTEMPTS = 12

/** Leases repos from the refresh queue and refreshes them: at once after `wake`, and after each poll. */
export class RefreshWorker {
  readonly #options: RefreshWorkerOptions
  readonly #inFlight = new InFlightTasks()
  readonly #loop: Promise<void>
  #sleep = new AbortController()
  #pausedUntilMs = 0
  #isUnavailable = false

  constructor(options: RefreshWorkerOptions) {
    this.#options = options
    this.#loop = this.#work()
  }

  /** Something was enqueued. */
  wake(): void {
    this.#sleep.abort()
  }

  /** Leases nothing new. Entries still in flight after `graceMs` are stopped and released. */
  async drain(graceMs: number): Promise<void> {
    const ended = this.#inFlight.end(graceMs)
    this.wake()
    await Promise.all([ended, this.#loop])
  }

  async #work(): Promise<void> {
    const { concurrency, pollMs = 1_000 } = this.#options
    while (!this.#inFlight.draining.aborted) {
      // Created before the poll, so that a wake during it ends the sleep.
      this.#sleep = new AbortController()
      const pausedMs = this.#pausedUntilMs - systemClock.now()
      const hasLeased = pausedMs <= 0 && (await this.#leaseEntries())
      if (hasLeased && this.#inFlight.size < concurrency) continue
      await delay(Math.max(pollMs, pausedMs), undefined, { signal: this.#sleep.signal }).catch(() => undefined)
    }
  }

  /** @returns whether there was something to lease */
  async #leaseEntries(): Promise<boolean> {
    const { queue, concurrency } = this.#options
    const free = concurrency - this.#inFlight.size
    if (free === 0) return false
    try {
      const entries = await queue.lease(free)
      this.#isUnavailable = false
      // `drain` may have been called during the query, and does not wait for entries that start after that.
      if (this.#inFlight.draining.aborted) await Promise.all(entries.map((entry) => queue.release(entry)))
      else for (const entry of entries) this.#start(entry)
      return entries.length > 0
    } catch (error) {
      this.#reportUnavailable(error)
      return false
    }
  }

  #start(entry: LeasedRefresh): void {
    const key = `${entry.kind} ${entry.id} ${entry.leaseUntil}`
    void this.#inFlight
      .run(key, (signal) => this.#refresh(entry, key, signal))
      // The lease expires, and the entry is taken again.
      .catch((error: unknown) => this.#reportUnavailable(error))
      .finally(() => this.wake())
  }

  async #refresh(entry: LeasedRefresh, key: string, signal: AbortSignal): Promise<void> {
    const { queue, clients, refresh, emit } = this.#options
    const client = clients.find((candidate) => exhaustedForMs(candidate) === 0)
    if (client === undefined) {
      this.#pauseForQuota()
      return await queue.release(entry)
    }
    const stopRenewing = this.#renewLease(entry, key)
    const run = { entry, hub: client.hub, signal, draining: this.#inFlight.draining }
    const [end] = await Promise.allSettled([refresh(run)])
    await stopRenewing()
    if (end.status === 'fulfilled') {
      const { value: result } = end
      if (result.outcome === 'unknown') return await this.#fail(entry, result.failure, result.failure.answer, client)
      await queue.finish(entry)
      emit({ type: 'refreshed', kind: entry.kind, id: entry.id, outcome: result.outcome }, client.budget)
    } else if (this.#isInterrupted(end.reason, signal)) {
      await queue.release(entry)
    } else {
      await this.#fail(entry, failureReport(end.reason), describeError(end.reason), client)
    }
  }

  async #fail(entry: LeasedRefresh, failure: FailureReport, reason: string, { budget }: RefreshClient): Promise<void> {
    const { queue, emit } = this.#options
    const { kind, id, attempts } = entry
    // An entry that ends processes would end another one with each further try.
    const isGivenUp = attempts + 1 >= MAX_ATTEMPTS || failure.cause === 'process-died'
    if (isGivenUp) await queue.giveUp(entry, failure)
    else await queue.retryLater(entry, reason, Math.min(FIRST_DELAY_MS * 2 ** attempts, LONGEST_DELAY_MS))
    emit({ type: 'refresh-failed', kind, id, reason, isGivenUp }, budget)
  }

  /** Whether an error says nothing about the entry, and so costs no attempt. */
  #isInterrupted(error: unknown, signal: AbortSignal): boolean {
    if (signal.aborted || this.#inFlight.wasDrained(error)) return true
    if (error instanceof LanePaused) this.#pause(error.untilMs - Date.now(), error.message)
    else if (error instanceof QuotaExhausted) this.#pauseForQuota()
    else return false
    return true
  }

  #pauseForQuota(): void {
    const { clients } = this.#options
    this.#pause(Math.min(...clients.map(exhaustedForMs)), 'The request budgets of all tokens are exhausted.')
  }

  #pause(forMs: number, reason: string): void {
    const nowMs = systemClock.now()
    if (forMs <= 0 || this.#inFlight.draining.aborted) return
    if (this.#pausedUntilMs <= nowMs) this.#options.emit({ type: 'refreshes-paused', untilMs: Date.now() + forMs, reason })
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, nowMs + forMs)
  }

  /**
   * Renews a lease until the returned function is called. A lease may expire while the database is unreachable. If another
   * process has taken the entry by then, the work on it is stopped.
   */
  #renewLease(entry: LeasedRefresh, key: string): () => Promise<void> {
    const { queue, renewMs = 20_000 } = this.#options
    let renewal = Promise.resolve()
    const timer = setInterval(() => {
      renewal = renewal.then(async () => {
        const isOurs = await queue.renew(entry).catch(() => true)
        if (!isOurs) this.#inFlight.abort(key, new LeaseLost(`Another process refreshes ${entry.id}.`))
      })
    }, renewMs)
    return async () => {
      clearInterval(timer)
      await renewal
    }
  }

  #reportUnavailable(error: unknown): void {
    if (!this.#isUnavailable) this.#options.emit({ type: 'queue-unavailable', reason: describeError(error) })
    this.#isUnavailable = true
  }
}

/** How long a budget is exhausted; 0 when it can pay now. */
function exhaustedForMs({ hub }: RefreshClient): number {
  const untilMs = hub.budgets.api.exhaustedUntilMs()
  return untilMs === 0 ? 0 : Math.max(1, untilMs - systemClock.now())
}
