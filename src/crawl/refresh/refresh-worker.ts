import { describeError } from '../../catalog/postgres/errors.ts'
import type { LeasedRefresh, RefreshQueue } from '../../catalog/processes/refresh-queue.ts'
import { type FailureReport, failureReport } from '../../catalog/stages/failure-cause.ts'
import type { Clock } from '../../hub/clock.ts'

export type RefreshEvent =
  | { type: 'refreshed'; kind: string; id: string; outcome: string }
  /** It failed and goes back in line, or out of it after too many tries: then it is kept as a failure, and passes see to it. */
  | { type: 'refresh-failed'; kind: string; id: string; reason: string; isGivenUp: boolean }
  /** The queue itself cannot be read; told once until that changes. */
  | { type: 'queue-unavailable'; reason: string }

/** The Hub gave no clear answer. */
export class RefreshUnclear extends Error {
  override readonly name = 'RefreshUnclear'
  readonly failure: FailureReport

  constructor(failure: FailureReport) {
    super(failure.answer)
    this.failure = failure
  }
}

export interface RefreshWorkerOptions {
  queue: RefreshQueue
  /**
   * Asks the Hub for the repo and writes what it learns.
   *
   * @returns what it learned, in a word
   * @throws RefreshUnclear when that stays unknown
   */
  refresh(entry: LeasedRefresh, signal: AbortSignal): Promise<string>
  clock: Clock
  signal: AbortSignal
  emit(event: RefreshEvent): void
  /** Repos in work at a time. @default 4 */
  concurrency?: number
  /** How often to look for what other processes put in line. @default 1,000 */
  pollMs?: number
}

const FIRST_DELAY_MS = 2_000
const LONGEST_DELAY_MS = 300_000
/** About half an hour of tries. */
const MAX_ATTEMPTS = 12

/** Refreshes the repos in line until the signal aborts: at once after `wake`, and whenever another process put some there. */
export class RefreshWorker {
  /** Resolves when all work has ended, after the signal. Never rejects. */
  readonly ended: Promise<void>
  readonly #options: RefreshWorkerOptions
  readonly #concurrency: number
  readonly #pollMs: number
  readonly #inWork = new Set<Promise<void>>()
  #pause = new AbortController()
  #isTroubled = false

  constructor(options: RefreshWorkerOptions) {
    this.#options = options
    this.#concurrency = options.concurrency ?? 4
    this.#pollMs = options.pollMs ?? 1_000
    this.ended = this.#work()
  }

  /** Says that there is something in line. */
  wake(): void {
    this.#pause.abort()
  }

  async #work(): Promise<void> {
    const { signal } = this.#options
    while (!signal.aborted) {
      // Made before looking, so that what is put in line meanwhile ends the pause.
      this.#pause = new AbortController()
      const hasTaken = await this.#take()
      if (!hasTaken || this.#inWork.size >= this.#concurrency) await this.#wait()
    }
    await Promise.all(this.#inWork)
  }

  /** @returns whether there was something */
  async #take(): Promise<boolean> {
    const free = this.#concurrency - this.#inWork.size
    if (free === 0) return false
    let entries: LeasedRefresh[]
    try {
      entries = await this.#options.queue.lease(free)
      this.#isTroubled = false
    } catch (error) {
      this.#tellTrouble(error)
      return false
    }
    for (const entry of entries) {
      const work: Promise<void> = this.#refresh(entry)
        // The lease ends by itself, and the entry is taken again.
        .catch((error: unknown) => this.#tellTrouble(error))
        .finally(() => {
          this.#inWork.delete(work)
          this.wake()
        })
      this.#inWork.add(work)
    }
    return entries.length > 0
  }

  async #refresh(entry: LeasedRefresh): Promise<void> {
    const { queue, signal, emit } = this.#options
    const { kind, id } = entry
    try {
      const outcome = await this.#options.refresh(entry, signal)
      await queue.finish(entry)
      emit({ type: 'refreshed', kind, id, outcome })
    } catch (error) {
      // Stopping is nobody's fault: it is first in line for whoever comes next.
      if (signal.aborted) return await queue.putBack(entry, 'The process stopped.', 0)
      const reason = describeError(error)
      const failure = error instanceof RefreshUnclear ? error.failure : failureReport(error)
      // Of these each try costs a process.
      const isGivenUp = entry.attempts + 1 >= MAX_ATTEMPTS || failure.cause === 'process-died'
      if (isGivenUp) await queue.giveUp(entry, failure)
      else await queue.putBack(entry, reason, Math.min(FIRST_DELAY_MS * 2 ** entry.attempts, LONGEST_DELAY_MS))
      emit({ type: 'refresh-failed', kind, id, reason, isGivenUp })
    }
  }

  async #wait(): Promise<void> {
    const { clock, signal } = this.#options
    await clock.sleep(this.#pollMs, AbortSignal.any([signal, this.#pause.signal])).catch(() => undefined)
  }

  #tellTrouble(error: unknown): void {
    const reason = describeError(error)
    if (!this.#isTroubled) this.#options.emit({ type: 'queue-unavailable', reason })
    this.#isTroubled = true
  }
}
