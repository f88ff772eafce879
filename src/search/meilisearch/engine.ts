import type { EmbedderSpec } from '../../catalog/embeddings/embedder.ts'
import { checkedQuery } from '../checked-query.ts'
import type { SearchDocument } from '../search-document.ts'
import type { IndexBuild, RefusedDocument, SearchBatch, SearchEngine, SearchQuery, SearchResult } from '../search-engine.ts'
import type { CheckedSuggestQuery, Suggestion } from '../suggest/suggestion.ts'
import { applyBatch } from './index/apply-batch.ts'
import { applySettings } from './index/apply-settings.ts'
import { buildShadowIndex } from './index/build-shadow-index.ts'
import { ensureIndex, identityOf } from './index/ensure-index.ts'
import { readDocuments, readHubIds } from './index/read-documents.ts'
import { applyEmbedder } from './index/vectors.ts'
import { runSearch } from './query/run-search.ts'
import { checkServer } from './server/check-server.ts'
import { MeilisearchConnection, type MeilisearchOptions } from './server/connection.ts'
import { runTaskOrThrow } from './server/tasks.ts'
import { similarWords } from './suggest/similar-words.ts'
import { suggestInMeilisearch } from './suggest/suggest.ts'

export interface MeilisearchEngineOptions extends MeilisearchOptions {
  /** A clock in milliseconds, for `tookMs`. */
  now?: () => number
}

/**
 * Search in Meilisearch. Words, values and sort keys are encoded so that it neither splits nor normalizes them. It therefore
 * finds and counts the same as the Postgres engine; only its ranking is its own.
 */
export class MeilisearchEngine implements SearchEngine {
  readonly name = 'meilisearch'
  /**
   * 2: names without separators, words in all scripts, version numbers and sizes as words, codes of meanings. 3: collections.
   * 4: READMEs, ranges.
   */
  readonly formatVersion = 4
  /** Each task has a fixed cost: 30,000 documents were indexed at 1,003/s by 1,000, at 1,552 by 5,000, at 1,697 by 20,000. */
  readonly batchSize = 5_000
  readonly rebuildsFrom = Number.POSITIVE_INFINITY
  readonly carriesVectors = true
  readonly #connection: MeilisearchConnection
  readonly #now: () => number

  constructor({ now = () => performance.now(), ...options }: MeilisearchEngineOptions) {
    this.#connection = new MeilisearchConnection(options)
    this.#now = now
  }

  /** Checks the server and the key, creates the index if it is missing, and restores its settings. */
  async prepare({ isReadOnly = false }: { isReadOnly?: boolean } = {}): Promise<string[]> {
    await checkServer(this.#connection)
    const isNew = await ensureIndex(this.#connection, this.#connection.index)
    if (isReadOnly) return []
    const changed = await applySettings(this.#connection, this.#connection.index)
    return isNew ? [] : changed
  }

  async apply(batch: SearchBatch): Promise<RefusedDocument[]> {
    return await applyBatch(this.#connection, this.#connection.index, batch)
  }

  async search(query: SearchQuery): Promise<SearchResult> {
    const startedAt = this.#now()
    const result = await runSearch(this.#connection, checkedQuery(query))
    return { ...result, tookMs: this.#now() - startedAt }
  }

  async suggest(query: CheckedSuggestQuery): Promise<Suggestion[]> {
    return await suggestInMeilisearch(this.#connection, query)
  }

  async similarWords(word: string): Promise<string[]> {
    return await similarWords(this.#connection, word)
  }

  async prepareVectors(embedder: EmbedderSpec): Promise<boolean> {
    return await applyEmbedder(this.#connection, embedder)
  }

  async optimize(): Promise<void> {
    // Nothing to do: Meilisearch optimizes its index while it writes.
  }

  async count(): Promise<number> {
    const { total } = await this.#connection.ask(() => this.#connection.index.getDocuments({ limit: 0 }))
    return total
  }

  async clear(): Promise<void> {
    await runTaskOrThrow(this.#connection, () => this.#connection.index.deleteAllDocuments())
  }

  /** Contains the creation time, because a deleted and recreated index is another one. */
  async identity(): Promise<string> {
    return await identityOf(this.#connection, this.#connection.index)
  }

  async documents(hubIds: readonly string[]): Promise<SearchDocument[]> {
    return await readDocuments(this.#connection, hubIds)
  }

  hubIds(): AsyncIterable<string[]> {
    return readHubIds(this.#connection)
  }

  async build(embedder?: EmbedderSpec): Promise<IndexBuild> {
    return await buildShadowIndex(this.#connection, embedder)
  }
}
