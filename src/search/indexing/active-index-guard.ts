import type { Kysely } from 'kysely'
import type { EmbedderSpec } from '../../catalog/embeddings/embedder.ts'
import { newestFormatVersion, raiseFormatVersion } from '../../catalog/outbox/active-index.ts'
import type { Database } from '../../catalog/schema.ts'
import type { SearchDocument } from '../search-document.ts'
import type { IndexBuild, RefusedDocument, SearchBatch, SearchEngine, SearchQuery, SearchResult } from '../search-engine.ts'
import { SearchUnavailable } from '../search-unavailable.ts'
import type { CheckedSuggestQuery, Suggestion } from '../suggest/suggestion.ts'
import { requireActiveIndex } from './active-index.ts'

/** How long a search relies on the last check that the index is the active one. */
const ACTIVE_TTL_MS = 5_000
/** How often a writer checks the settings of the index, which people may change by hand. */
const RECHECK_MS = 60_000

/**
 * Guards the engine of a catalog. Prepares it on first use, so that commands without a search run while the engine is
 * unavailable. Refuses to search an index that is not the active one, and to modify an index of a newer format.
 */
export class ActiveIndexGuard implements SearchEngine {
  readonly name: SearchEngine['name']
  readonly formatVersion: number
  readonly batchSize: number
  readonly rebuildsFrom: number
  readonly carriesVectors: boolean
  readonly #db: Kysely<Database>
  readonly #engine: SearchEngine
  readonly #now: () => number
  #ready: Promise<string[]> | undefined
  #readyAt = 0
  #newestVersion = 0
  #activeUntil = Number.NEGATIVE_INFINITY

  /** @param now a clock in milliseconds */
  constructor(db: Kysely<Database>, engine: SearchEngine, now: () => number = () => performance.now()) {
    this.name = engine.name
    this.formatVersion = engine.formatVersion
    this.batchSize = engine.batchSize
    this.rebuildsFrom = engine.rebuildsFrom
    this.carriesVectors = engine.carriesVectors
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
    await this.#prepareToSearch()
    return await this.#engine.search(query)
  }

  async suggest(query: CheckedSuggestQuery): Promise<Suggestion[]> {
    await this.#prepareToSearch()
    return await this.#engine.suggest(query)
  }

  async similarWords(word: string): Promise<string[]> {
    await this.#prepareToSearch()
    return await this.#engine.similarWords(word)
  }

  async identity(): Promise<string> {
    await this.prepare()
    return await this.#engine.identity()
  }

  async apply(batch: SearchBatch): Promise<RefusedDocument[]> {
    await this.#prepareToWrite()
    return await this.#engine.apply(batch)
  }

  async prepareVectors(embedder: EmbedderSpec): Promise<boolean> {
    await this.#prepareToWrite()
    return await this.#engine.prepareVectors(embedder)
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

  async build(embedder?: EmbedderSpec): Promise<IndexBuild> {
    await this.#prepareToWrite()
    return await this.#engine.build(embedder)
  }

  async #makeReady(): Promise<string[]> {
    this.#newestVersion = await newestFormatVersion(this.#db, this.name)
    this.#readyAt = this.#now()
    return await this.#engine.prepare({ isReadOnly: this.#newestVersion > this.formatVersion })
  }

  async #prepareToSearch(): Promise<void> {
    await this.prepare()
    if (this.#now() <= this.#activeUntil) return
    await requireActiveIndex(this.#db, this)
    this.#activeUntil = this.#now() + ACTIVE_TTL_MS
  }

  async #prepareToWrite(): Promise<void> {
    if (this.#now() > this.#readyAt + RECHECK_MS) this.#ready = undefined
    await this.prepare()
    if (this.#newestVersion > this.formatVersion) {
      throw new SearchUnavailable(
        'newer-version',
        `The search index was written by a newer hubdex (format ${this.#newestVersion}; this process supports ` +
          `${this.formatVersion}) and will not be modified. Upgrade this process; pending changes stay in the outbox.`,
      )
    }
    if (this.#newestVersion < this.formatVersion) {
      await raiseFormatVersion(this.#db, this.name, this.formatVersion)
      this.#newestVersion = this.formatVersion
    }
  }
}
