import { setTimeout as sleep } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { createIndexAttempts, type IndexAttempts } from '../../catalog/outbox/index-attempts.ts'
import { createLeaseOwner, type LeaseOwner } from '../../catalog/processes/lease-owner.ts'
import type { Database } from '../../catalog/schema.ts'
import type { SearchEngine } from '../search-engine.ts'
import { CatchUp } from './catch-up.ts'
import { drainOutbox } from './drain-outbox.ts'
import { enqueueRefused } from './refused-documents.ts'

export interface SearchSyncOptions {
  /**
   * The process that indexes, with a heartbeat: it rebuilds the index when that is faster. @default a new one, for short commands,
   * which never does
   */
  owner?: LeaseOwner
  /** Outbox entries per batch. @default the engine's best */
  batchSize?: number | undefined
  /**
   * How long to collect entries after a wake. Each batch has a fixed cost: indexing pages of ten repos one by one used more
   * processor time than the crawl that wrote them. @default 500
   */
  gatherMs?: number
}

/** Applies catalog changes to the search engine, in the background of a process that writes to the catalog. */
export class SearchSync {
  readonly #db: Kysely<Database>
  readonly #engine: SearchEngine
  readonly #attempts: IndexAttempts
  readonly #batchSize: number
  readonly #gatherMs: number
  readonly #catchUp: CatchUp | undefined
  #indexed = 0
  #indexedSinceOptimized = 0
  #running: Promise<void> | undefined
  #gathering = new AbortController()
  #isAwake = false

  constructor(
    db: Kysely<Database>,
    engine: SearchEngine,
    { owner, batchSize = engine.batchSize, gatherMs = 500 }: SearchSyncOptions = {},
  ) {
    this.#db = db
    this.#engine = engine
    this.#attempts = createIndexAttempts(db, owner ?? createLeaseOwner())
    this.#batchSize = batchSize
    this.#gatherMs = gatherMs
    this.#catchUp = owner && new CatchUp(db, engine, owner)
  }

  /** The number of outbox entries applied so far. */
  get indexed(): number {
    return this.#indexed
  }

  /** Starts to drain the outbox in the background, if that is not running. Returns at once. */
  wake(): void {
    this.#isAwake = true
    this.#running ??= this.#workInBackground()
      // Nothing is lost: the entries stay in the outbox, and finish() reports a lasting fault.
      .catch(() => undefined)
      .finally(() => {
        this.#running = undefined
        if (this.#isAwake) this.wake()
      })
  }

  /** Drains the outbox until it is empty or the signal aborts: the task of a worker. @throws what prevents that */
  async drain(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    if (await this.#catchUp?.isDue()) {
      if (await this.#catchUp?.isGrowing()) return
      await this.#rebuild(signal)
    }
    for await (const _ of this.#batches()) if (signal.aborted) return
  }

  /** Drains the outbox until it is empty, including refused repos whose retry is due. @throws what prevents that */
  async finish(): Promise<void> {
    this.#isAwake = false
    this.#gathering.abort()
    await this.#running
    await enqueueRefused(this.#db)
    if (await this.#catchUp?.isDue()) await this.#rebuild()
    for await (const _ of this.#batches());
    await this.#optimizeAfterMuch()
  }

  /** Records that the imminent end of this process is not caused by the documents that it is indexing. */
  async release(): Promise<void> {
    await this.#attempts.release()
  }

  async #workInBackground(): Promise<void> {
    while (this.#isAwake) {
      this.#isAwake = false
      await this.#collect()
      if (await this.#catchUp?.isDue()) {
        if (await this.#catchUp?.isGrowing()) {
          this.#isAwake = !this.#gathering.signal.aborted
          continue
        }
        await this.#rebuild()
      }
      for await (const entries of this.#batches()) if (entries < this.#batchSize) break
    }
  }

  async #rebuild(signal = new AbortController().signal): Promise<void> {
    const before = this.#indexed
    await this.#catchUp?.rebuild(this.#batchSize, signal, (documents) => {
      this.#indexed = before + documents
    })
    this.#indexedSinceOptimized = 0
  }

  async #collect(): Promise<void> {
    this.#gathering = new AbortController()
    await sleep(this.#gatherMs, undefined, this.#gathering).catch(() => undefined)
  }

  /** Applies batches and yields the number of entries of each. */
  async *#batches(): AsyncGenerator<number, void> {
    const parts = { db: this.#db, engine: this.#engine, attempts: this.#attempts, batchSize: this.#batchSize }
    for await (const entries of drainOutbox(parts)) {
      this.#indexed += entries
      this.#indexedSinceOptimized += entries
      yield entries
    }
  }

  /** Only a first crawl writes much of the index; later changes are too few to need this. */
  async #optimizeAfterMuch(): Promise<void> {
    if (this.#indexedSinceOptimized === 0 || this.#indexedSinceOptimized < (await this.#engine.count()) / 2) return
    await this.#engine.optimize()
    this.#indexedSinceOptimized = 0
  }
}
