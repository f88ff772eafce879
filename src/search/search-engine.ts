import type { EmbedderSpec } from '../catalog/embeddings/embedder.ts'
import type { Explanation } from './explain.ts'
import type { Bucket, Range } from './ranges.ts'
import type { CounterUpdate, IndexedDocument, SearchDocument } from './search-document.ts'
import type { FilterField, RangeField, SearchSort } from './search-fields.ts'
import type { CheckedSuggestQuery, Suggestion } from './suggest/suggestion.ts'

/** The port for full-text and faceted search over the catalog's repos. Every engine has to pass the conformance suite. */
export interface SearchEngine {
  readonly name: 'postgres' | 'meilisearch'
  /**
   * The index format: its settings and the content of a document. Raise it with every change that an older program must not
   * undo: during a rollout, older programs do not modify an index of a newer format.
   */
  readonly formatVersion: number
  /** The best number of documents per batch. */
  readonly batchSize: number
  /**
   * From how many waiting changes on `build` is faster than `apply`, if they are also half of the index. Infinity if it never
   * is.
   */
  readonly rebuildsFrom: number
  /** Whether the vectors of repos are written with their documents. If not, the engine reads them from the catalog. */
  readonly carriesVectors: boolean
  /**
   * Makes the engine ready for use and restores what was changed in its index by hand.
   * @param options.isReadOnly leaves the index as it is, because a newer program maintains it
   * @returns the names of what was restored; none for a newly created index
   */
  prepare(options?: { isReadOnly?: boolean }): Promise<string[]>
  /** Identifies the index, in readable form. Changes when the index is replaced or recreated. */
  identity(): Promise<string>
  /**
   * Applies a batch. This is idempotent, so a batch that was applied in part can be applied again. Counters of a repo without
   * a document are ignored. Removals win over upserts, and counter updates over the counters of upserts.
   * @returns documents that the engine refuses for their content; all others are applied
   */
  apply(batch: SearchBatch): Promise<RefusedDocument[]>
  /**
   * Finds documents.
   *
   * - Every word must match in the id, author, tags, description or README. Case and accents are ignored. Ids match as a whole and by
   *   their parts (`/`, `-`, `_`, `.`, camel case, letters before digits). The last word also matches as a prefix. Words of
   *   five letters or more may differ by one edit: a letter inserted, deleted or replaced, or two swapped. What a phrase means
   *   matches, too, and words without a meaning exclude nothing: see `alternativesOf`.
   * - Filters take exact values: any within a field, all across fields.
   * - Ranges take documents with a value in them.
   * - The counts of a facet ignore the filter on its own field, to show the alternatives. They respect the words and all other
   *   filters and ranges. A histogram likewise ignores the range on its own field.
   * - Names of fields and sorts, and values of closed lists, are accepted in any letter case.
   *
   * Any text is a valid query; one without a letter, digit or pictograph counts as empty.
   *
   * @throws InvalidSearch for an unknown field, sort or facet, a value outside a closed list, or a number out of range
   */
  search(query: SearchQuery): Promise<SearchResult>
  /** Suggests names and values for a beginning: see `suggest`, which checks the query and completes the answer. */
  suggest(query: CheckedSuggestQuery): Promise<Suggestion[]>
  /** The words of names, authors and tags that a given one may mean: up to two edits away, nearest and most frequent first. */
  similarWords(word: string): Promise<string[]>
  /**
   * Prepares the index for vectors of an embedder.
   * @returns whether its documents have lost their vectors, if they carry any
   * @throws SearchUnavailable if the engine cannot search vectors
   */
  prepareVectors(embedder: EmbedderSpec): Promise<boolean>
  /** Makes searches faster after many writes. Searches may wait meanwhile (seconds for a million documents). */
  optimize(): Promise<void>
  /** The number of documents. */
  count(): Promise<number>
  /** Removes every document. */
  clear(): Promise<void>
  /** The documents that exist among the given hub ids, in any order. */
  documents(hubIds: readonly string[]): Promise<SearchDocument[]>
  /** The hub ids of all documents, in any order. Concurrent writes may or may not be included. */
  hubIds(): AsyncIterable<string[]>
  /**
   * Starts to build the index from scratch. Searches use the current one until `activate`.
   * @param embedder of the vectors that documents will carry
   */
  build(embedder?: EmbedderSpec): Promise<IndexBuild>
}

/** An index under construction, which will replace the one that is searched. */
export interface IndexBuild {
  /** The engine's identity once this is active. */
  readonly identity: string
  /** Writes documents that the build does not have yet. Only before `endAppending`, and each once. */
  append(batch: Pick<SearchBatch, 'upserts' | 'vectors'>): Promise<RefusedDocument[]>
  /** Writes what `append` has left in memory. */
  endAppending(): Promise<void>
  /** Only after `endAppending`. */
  apply(batch: SearchBatch): Promise<RefusedDocument[]>
  /** Replaces the current index, in one step that no search notices. */
  activate(): Promise<void>
  /** Removes the replaced index and what the build left. */
  cleanUp(): Promise<void>
}

/** A document that the engine refuses. */
export interface RefusedDocument {
  hubId: string
  reason: string
}

export interface SearchBatch {
  upserts?: readonly IndexedDocument[]
  counters?: readonly CounterUpdate[]
  /** Hub ids. */
  removals?: readonly string[]
  /** The vectors of the upserts, for an engine whose documents carry them. A repo without one loses its vector. */
  vectors?: BatchVectors | undefined
}

export interface BatchVectors {
  /** Of the embedder. */
  spec: string
  byHubId: ReadonlyMap<string, readonly number[]>
}

/** The meaning of the words of a query. */
export interface QueryMeaning {
  /** Of the embedder. */
  spec: string
  vector: readonly number[]
  /** How much meaning counts beside words: from 0 for words only to 1 for meaning only. */
  ratio: number
}

export interface SearchQuery {
  words?: string
  filters?: Partial<Record<FilterField, readonly string[]>>
  ranges?: Partial<Record<RangeField, Range>>
  /** @default 'relevance' with words, 'trending' without */
  sort?: SearchSort
  /** Fields whose values are counted. @default none */
  facets?: readonly FilterField[]
  /** The maximum number of values per facet, most frequent first. @default 10 */
  facetLimit?: number
  /** Fields whose values are counted by bucket. @default none */
  histograms?: readonly RangeField[]
  /** The maximum number of hits. @default 20 */
  limit?: number
  /** Hits to skip. @default 0 */
  offset?: number
  /** Whether to explain the rank of each hit. @default false */
  explain?: boolean
  /**
   * With words, and ranked by relevance: the repos nearest in meaning match, too, at most `MAX_NEAREST`, and the ranks by words
   * and by meaning are blended. Repos that the whole text names stay first. @default by words only
   */
  meaning?: QueryMeaning | undefined
}

/** How many repos a query finds by their meaning at most. */
export const MAX_NEAREST = 100

export interface SearchResult {
  /** The number of matching documents; `hits` is one page of them. */
  total: number
  /** True if no document has all words: the hits have most of them, and at least half. */
  isRelaxed: boolean
  hits: SearchDocument[]
  /** How many of the matching documents match by their meaning only. Undefined if vectors took no part. */
  byMeaning?: number
  /** For each hit, why it has its place, if that was requested. */
  explanations?: Explanation[]
  /**
   * The counts of the most frequent values per requested facet, ties by code unit. Sort by count to show them: an object's
   * keys have no reliable order (JavaScript moves years to the front).
   */
  facets: Partial<Record<FilterField, Record<string, number>>>
  /** Per requested field, all buckets of `bucketRanges`; absent if none was requested. */
  histograms?: Partial<Record<RangeField, Bucket[]>>
  /** Set if histograms are estimates, to the number of repos that were counted. */
  histogramSample?: number
  tookMs: number
}
