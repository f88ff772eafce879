import { setTimeout as sleep } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { createIndexAttempts, type IndexAttempts } from '../../catalog/outbox/index-attempts.ts'
import { createLeaseOwner, type LeaseOwner } from '../../catalog/processes/lease-owner.ts'
import type { Database } from '../../catalog/schema.ts'
import type { SearchEngine } from '../search-engine.ts'
import { drainOutbox } from './drain-outbox.ts'
import { enqueueRefused } from './refused-documents.ts'

export interface SearchSyncOptions {
  /** The process that indexes. @default a new one, for short commands */
  owner?: LeaseOwner
  /**
   * Entries of the outbox in one batch.
   *
   * @default what the engine takes best
   */
  batchSize?: number | undefined
  /**
   * How long to let entries gather after a wake, in milliseconds. A batch has a fixed cost: pages of ten repos, indexed one
   * by one, took more of the machine than the crawl that wrote them.
   *
   * @default 500
   */
  gatherMs?: number
}

/** Keeps a search engine up with the catalog, in the background of whatever writes to it. */
export class SearchSync {
  readonly #db: Kysely<Database>
  readonly #engine: SearchEngine
  readonly #attempts: IndexAttempts
  readonly #batchSize: number
  readonly #gatherMs: number
  #indexed = 0
  #indexedSinceOptimized = 0
  #running: Promise<void> | undefined
  #gathering = new AbortController()
  #isAwake = false

  constructor(
    db: Kysely<Database>,
    engine: SearchEngine,
    { owner = createLeaseOwner(), batchSize = engine.batchSize, gatherMs = 500 }: SearchSyncOptions = {},
  ) {
    this.#db = db
    this.#engine = engine
    this.#attempts = createIndexAttempts(db, owner)
    this.#batchSize = batchSize
    this.#gatherMs = gatherMs
  }

  /** Entries of the outbox applied so far. */
  get indexed(): number {
    return this.#indexed
  }

  /** Says that there is something to do. Returns at once; the work goes on until there is nothing new. */
  wake(): void {
    this.#isAwake = true
    this.#running ??= this.#workInBackground()
      // Nothing is lost: the entries are still in the outbox, and finish() meets the same fault if it is there to stay.
      .catch(() => undefined)
      .finally(() => {
        this.#running = undefined
        if (this.#isAwake) this.wake()
      })
  }

  /**
   * Applies what is in the outbox and what comes meanwhile, or stops at the signal. For workers, which get a task for it.
   *
   * @throws what keeps it from being applied
   */
  async drain(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    for await (const _ of this.#batches()) if (signal.aborted) return
  }

  /**
   * Waits until the outbox is empty, and tries again what the engine would not have when that is due.
   *
   * @throws what keeps it from becoming so
   */
  async finish(): Promise<void> {
    this.#isAwake = false
    this.#gathering.abort()
    await this.#running
    await enqueueRefused(this.#db)
    for await (const _ of this.#batches());
    await this.#optimizeAfterMuch()
  }

  /** Says that the end of this process, which is near, is not the fault of the documents that it is indexing. */
  async release(): Promise<void> {
    await this.#attempts.release()
  }

  async #workInBackground(): Promise<void> {
    while (this.#isAwake) {
      this.#isAwake = false
      await this.#gather()
      for await (const entries of this.#batches()) if (entries < this.#batchSize) break
    }
  }

  async #gather(): Promise<void> {
    this.#gathering = new AbortController()
    await sleep(this.#gatherMs, undefined, this.#gathering).catch(() => undefined)
  }

  /** Applies batch after batch, telling of each how many entries it had. */
  async *#batches(): AsyncGenerator<number, void> {
    const parts = { db: this.#db, engine: this.#engine, attempts: this.#attempts, batchSize: this.#batchSize }
    for await (const entries of drainOutbox(parts)) {
      this.#indexed += entries
      this.#indexedSinceOptimized += entries
      yield entries
    }
  }

  /** A first crawl writes most of the index; later ones change so little of it that it stays as it is. */
  async #optimizeAfterMuch(): Promise<void> {
    if (this.#indexedSinceOptimized === 0 || this.#indexedSinceOptimized < (await this.#engine.count()) / 2) return
    await this.#engine.optimize()
    this.#indexedSinceOptimized = 0
  }
}
