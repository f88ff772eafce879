import type { Kysely } from 'kysely'
import type { Database } from '../catalog/schema.ts'
import { followedTarget } from './followed-target.ts'
import type { SearchDocument } from './search-document.ts'
import type { IndexBuild, SearchBatch, SearchEngine, SearchQuery, SearchResult } from './search-engine.ts'

/** For how long an index that follows the catalogue is taken to do so still. */
const TRUST_MS = 5_000

/**
 * The engine of a catalogue. Makes itself ready when it is first used, so that what does not search runs while the engine
 * is down; and refuses to search in an index that does not follow the catalogue.
 */
export class FollowedEngine implements SearchEngine {
  readonly #db: Kysely<Database>
  readonly #engine: SearchEngine
  readonly #now: () => number
  #ready: Promise<void> | undefined
  #trustedUntil = Number.NEGATIVE_INFINITY

  /** @param now a clock in milliseconds */
  constructor(db: Kysely<Database>, engine: SearchEngine, now: () => number = () => performance.now()) {
    this.#db = db
    this.#engine = engine
    this.#now = now
  }

  async prepare(): Promise<void> {
    this.#ready ??= this.#engine.prepare().catch((error: unknown) => {
      this.#ready = undefined
      throw error
    })
    await this.#ready
  }

  async search(query: SearchQuery): Promise<SearchResult> {
    await this.prepare()
    if (this.#now() > this.#trustedUntil) {
      await followedTarget(this.#db, this)
      this.#trustedUntil = this.#now() + TRUST_MS
    }
    return await this.#engine.search(query)
  }

  async identity(): Promise<string> {
    await this.prepare()
    return await this.#engine.identity()
  }

  async apply(batch: SearchBatch): Promise<void> {
    await this.prepare()
    await this.#engine.apply(batch)
  }

  async optimize(): Promise<void> {
    await this.prepare()
    await this.#engine.optimize()
  }

  async count(): Promise<number> {
    await this.prepare()
    return await this.#engine.count()
  }

  async clear(): Promise<void> {
    await this.prepare()
    await this.#engine.clear()
  }

  async documents(hubIds: readonly string[]): Promise<SearchDocument[]> {
    await this.prepare()
    return await this.#engine.documents(hubIds)
  }

  async *hubIds(): AsyncIterable<string[]> {
    await this.prepare()
    yield* this.#engine.hubIds()
  }

  async build(): Promise<IndexBuild> {
    await this.prepare()
    return await this.#engine.build()
  }
}
