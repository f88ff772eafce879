import type { Kysely } from 'kysely'
import { raiseSearchVersion, searchVersion } from '../../catalog/outbox/active-index.ts'
import type { Database } from '../../catalog/schema.ts'
import type { SearchDocument } from '../search-document.ts'
import type {
  IndexBuild,
  RefusedDocument,
  SearchBatch,
  SearchEngine,
  SearchQuery,
  SearchResult,
} from '../search-engine.ts'
import { SearchUnavailable } from '../search-unavailable.ts'
import { requireActiveIndex } from './active-index.ts'

/** For how long an index that follows the catalog is taken to do so still. */
const TRUST_MS = 5_000
/** How often whoever writes looks whether the index is still as it should be: people change settings by hand. */
const LOOK_AGAIN_MS = 60_000

/**
 * The engine of a catalog. Makes itself ready when it is first used, so that what does not search runs while the engine
 * is down; refuses to search in an index that does not follow the catalog; and leaves one alone that a newer program keeps.
 */
export class ActiveIndexGuard implements SearchEngine {
  readonly name: SearchEngine['name']
  readonly version: number
  readonly batchSize: number
  readonly #db: Kysely<Database>
  readonly #engine: SearchEngine
  readonly #now: () => number
  #ready: Promise<string[]> | undefined
  #readyAt = 0
  #keptVersion = 0
  #trustedUntil = Number.NEGATIVE_INFINITY

  /** @param now a clock in milliseconds */
  constructor(db: Kysely<Database>, engine: SearchEngine, now: () => number = () => performance.now()) {
    this.name = engine.name
    this.version = engine.version
    this.batchSize = engine.batchSize
    this.#db = db
    this.#engine = engine
    this.#now = now
  }

  async prepare(): Promise<string[]> {
    this.#ready ??= this.#makeReady().catch((error: unknown) => {
      this.#ready = undefined
      throw error
    })
    return await this.#ready
  }

  async search(query: SearchQuery): Promise<SearchResult> {
    await this.prepare()
    if (this.#now() > this.#trustedUntil) {
      await requireActiveIndex(this.#db, this)
      this.#trustedUntil = this.#now() + TRUST_MS
    }
    return await this.#engine.search(query)
  }

  async identity(): Promise<string> {
    await this.prepare()
    return await this.#engine.identity()
  }

  async apply(batch: SearchBatch): Promise<RefusedDocument[]> {
    await this.#prepareToWrite()
    return await this.#engine.apply(batch)
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
    await this.#prepareToWrite()
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
    await this.#prepareToWrite()
    return await this.#engine.build()
  }

  async #makeReady(): Promise<string[]> {
    this.#keptVersion = await searchVersion(this.#db, this.name)
    this.#readyAt = this.#now()
    return await this.#engine.prepare({ changesNothing: this.#keptVersion > this.version })
  }

  async #prepareToWrite(): Promise<void> {
    if (this.#now() > this.#readyAt + LOOK_AGAIN_MS) this.#ready = undefined
    await this.prepare()
    if (this.#keptVersion > this.version) {
      throw new SearchUnavailable(
        `The search index is kept by a newer hubdex (in its way ${this.#keptVersion}; this one knows ${this.version}), ` +
          'so this one leaves it alone. Upgrade this process; what it has found waits until then.',
      )
    }
    if (this.#keptVersion < this.version) {
      await raiseSearchVersion(this.#db, this.name, this.version)
      this.#keptVersion = this.version
    }
  }
}
