import { RequestLimitReached } from '../../hub/errors.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import type { TaskEnd } from './fetch-and-keep.ts'
import type { StageNote } from './stage-events.ts'

/** Why a run of stages ends before all is done; the first reason counts. */
export class StopCondition {
  readonly #soon = new AbortController()
  readonly #now = new AbortController()
  readonly #asked: AbortSignal
  readonly #circuit = new CircuitBreaker()
  #note: StageNote | undefined
  /** Nothing new is begun. What is in flight may end: its requests are spent. */
  readonly soon: AbortSignal
  /** Nothing in flight is waited for. */
  readonly now: AbortSignal
  /** What the store has thrown. */
  failure: unknown

  constructor(asked: AbortSignal) {
    this.#asked = asked
    this.now = AbortSignal.any([asked, this.#now.signal])
    this.soon = AbortSignal.any([this.now, this.#soon.signal])
  }

  /** Null as long as the run continues. */
  get note(): StageNote | null {
    if (this.#note !== undefined) return this.#note
    return this.#asked.aborted ? { code: 'stopped', text: 'Stopped; the next run continues from here.' } : null
  }

  /** Does a task unless the run ends, and ends the run when the task says so. */
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
