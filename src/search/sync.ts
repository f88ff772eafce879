import type { Kysely } from 'kysely'
import type { Database } from '../catalog/schema.ts'
import { drainOutbox } from './drain-outbox.ts'
import type { SearchEngine } from './search-engine.ts'

export interface SearchSyncOptions {
  /**
   * Entries of the outbox in one batch.
   *
   * @default 2000
   */
  batchSize?: number
}

/** Keeps a search engine up with the catalogue, in the background of whatever writes to it. */
export class SearchSync {
  readonly #db: Kysely<Database>
  readonly #engine: SearchEngine
  readonly #batchSize: number
  #indexed = 0
  #indexedSinceOptimized = 0
  #running: Promise<void> | undefined
  #isAwake = false

  constructor(db: Kysely<Database>, engine: SearchEngine, { batchSize = 2_000 }: SearchSyncOptions = {}) {
    this.#db = db
    this.#engine = engine
    this.#batchSize = batchSize
  }

  /** Entries of the outbox applied so far. */
  get indexed(): number {
    return this.#indexed
  }

  /** Says that there is something to do. Returns at once; the work goes on until the outbox is empty. */
  wake(): void {
    this.#isAwake = true
    this.#running ??= this.#work()
      // Nothing is lost: the entries are still in the outbox, and finish() meets the same fault if it is there to stay.
      .catch(() => undefined)
      .finally(() => {
        this.#running = undefined
      })
  }

  /**
   * Waits until the outbox is empty.
   *
   * @throws what keeps it from becoming so
   */
  async finish(): Promise<void> {
    await this.#running
    this.#isAwake = true
    await this.#work()
    await this.#optimizeAfterMuch()
  }

  /** A first crawl writes most of the index; later ones change so little of it that it stays as it is. */
  async #optimizeAfterMuch(): Promise<void> {
    if (this.#indexedSinceOptimized === 0 || this.#indexedSinceOptimized < (await this.#engine.count()) / 2) return
    await this.#engine.optimize()
    this.#indexedSinceOptimized = 0
  }

  /** A wake during the last look at the outbox means one look more. */
  async #work(): Promise<void> {
    while (this.#isAwake) {
      this.#isAwake = false
      for (;;) {
        const entries = await drainOutbox(this.#db, this.#engine, this.#batchSize)
        if (entries === 0) break
        this.#indexed += entries
        this.#indexedSinceOptimized += entries
      }
    }
  }
}
