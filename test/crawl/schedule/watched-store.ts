import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ScheduleStore } from '../../../src/catalog/processes/schedules.ts'
import { VirtualClock } from '../../hub/virtual-clock.ts'

const NO_CHANGE_TURNS = 3

/** A clock for schedules over a real database. It stands still during statements, and days pass in the time these take. */
export class DatabaseClock extends VirtualClock {
  #pending = 0

  /** The same store, whose calls stop the clock. */
  watch(store: ScheduleStore): ScheduleStore {
    return {
      beginRun: (due) => this.during(store.beginRun(due)),
      ownsRun: (run) => this.during(store.ownsRun(run)),
      endRun: (run, end) => this.during(store.endRun(run, end)),
    }
  }

  async during<Result>(work: Promise<Result>): Promise<Result> {
    this.#pending++
    try {
      return await work
    } finally {
      this.#pending--
    }
  }

  /** As `runUntil`, in steps small enough that no timer fires during a statement. */
  async runFor(durationMs: number, stepMs = 5_000): Promise<void> {
    const endMs = this.now() + durationMs
    while (this.now() < endMs) {
      await this.#settle()
      await this.runUntil(Math.min(this.now() + stepMs, endMs))
    }
    await this.#settle()
  }

  async #settle(): Promise<void> {
    for (let quiet = 0; quiet < NO_CHANGE_TURNS; quiet++) {
      await nextTurn()
      if (this.#pending > 0) quiet = -1
    }
  }
}
