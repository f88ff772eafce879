import { RequestLimitReached } from '../../hub/errors.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import type { TaskEnd } from './fetch-and-keep.ts'
import type { StageNote } from './stage-events.ts'

/** Why a run of stages ends early. The first reason counts. */
export class StopCondition {
  readonly #soon = new AbortController()
  readonly #now = new AbortController()
  readonly #signal: AbortSignal
  readonly #circuit = new CircuitBreaker()
  #note: StageNote | undefined
  /** Aborted when no new task may begin. Tasks in flight may end, because their requests are already sent. */
  readonly soon: AbortSignal
  /** Aborted when tasks in flight must end, too. */
  readonly now: AbortSignal
  /** The error of the store. */
  failure: unknown

  constructor(signal: AbortSignal) {
    this.#signal = signal
    this.now = AbortSignal.any([signal, this.#now.signal])
    this.soon = AbortSignal.any([this.now, this.#soon.signal])
  }

  /** Null while the run continues. */
  get note(): StageNote | null {
    if (this.#note !== undefined) return this.#note
    return this.#signal.aborted ? { code: 'stopped', text: 'Stopped; the next run resumes from here.' } : null
  }

  /** Does a task unless the run is ending, and ends the run if the result requires it. */
  async watch(task: () => Promise<TaskEnd | undefined>): Promise<TaskEnd | undefined> {
    if (this.soon.aborted) return undefined
    try {
      const end = await task()
      const reason = this.#circuit.record(end)
      if (reason !== undefined) this.#stopNow({ code: 'hub-failing', text: reason })
      return end
    } catch (error) {
      if (error instanceof RequestLimitReached) this.#stopSoon({ code: 'request-limit', text: error.message })
      else if (!this.now.aborted) this.fail(error)
      return undefined
    }
  }

  fail(error: unknown): void {
    this.failure ??= error
    this.#stopNow({ code: 'catalog-unwritable', text: 'The catalog could not be written.' })
  }

  #stopSoon(note: StageNote): void {
    this.#note ??= note
    this.#soon.abort()
  }

  #stopNow(note: StageNote): void {
    this.#stopSoon(note)
    this.#now.abort()
  }
}
