import type { CounterUpdate, SearchDocument } from './search-document.ts'
import type { FilterField, SearchSort } from './search-fields.ts'

/**
 * Full-text and faceted search over the catalog's repos: the port behind which each engine stands. What it promises is
 * tested by one conformance suite, which every engine has to pass.
 */
export interface SearchEngine {
  readonly name: 'postgres' | 'meilisearch'
  /**
   * Of how this program keeps an index: its settings and what a document holds. Grows with every change that an older program
   * must not undo. That leaves alone what a newer one keeps, which matters while a new release is rolled out.
   */
  readonly version: number
  /** How many documents it takes best at a time. */
  readonly batchSize: number
  /**
   * Makes the engine ready for use, and puts right what was changed in its index by hand.
   *
   * @param options.changesNothing leaves the index as it is, which is a newer program's
   * @returns the names of what was put right; none in an index that was just made
   */
  prepare(options?: { changesNothing?: boolean }): Promise<string[]>
  /**
   * Which index this is: a text that changes when another index takes its place, or when it was made anew and is not what
   * it was. To be shown to people, too.
   */
  identity(): Promise<string>
  /**
   * Applies a batch. Applying it again changes nothing, so one that was applied in part is applied again whole; counters of a repo that has no document are
   * ignored. Within a batch, removals win over upserts, and counter updates over the counters of upserts.
   *
   * @returns what the engine will not have, whatever else it gets; all the rest is applied
   */
  apply(batch: SearchBatch): Promise<RefusedDocument[]>
  /**
   * Finds documents.
   *
   * - Every word must match, somewhere in id, author, tags or description. Upper and lower case and accents are alike. Ids
   *   are searched whole and by their parts (`/`, `-`, `_`, `.`, camel case, letters before digits). The last word also
   *   matches as a prefix. One edit (a letter more, less, other, or two swapped) is forgiven in words of five letters or more.
   * - Filters hold values as documents have them: any within a field, all across fields.
   * - The counts of a facet ignore the filter on that same field, so that a choice shows its alternatives, too; they
   *   respect words and all other filters.
   * - Names of fields and sorts, and values of fields that have only a few, are taken in any letter case.
   *
   * Any text is a valid query: one without a letter, digit or pictograph finds what an empty one does.
   *
   * @throws InvalidSearch when a field, sort or facet does not exist, a field of few values is asked for another, or a number
   *   is out of its range
   */
  search(query: SearchQuery): Promise<SearchResult>
  /**
   * Makes searches faster after much was applied. Changes nothing that a search finds, but may keep searches waiting while
   * it runs (seconds for a million documents).
   */
  optimize(): Promise<void>
  /** How many documents there are. */
  count(): Promise<number>
  /** Removes every document. */
  clear(): Promise<void>
  /** The documents of the given hub ids that there are, in any order. */
  documents(hubIds: readonly string[]): Promise<SearchDocument[]>
  /** All hub ids that have a document, in any order. What is written meanwhile may be among them or not. */
  hubIds(): AsyncIterable<string[]>
  /** Begins to build the index anew. Searches find what they did until it is finished. */
  build(): Promise<IndexBuild>
}

/** An index that is being built, to take the place of the one that is searched. */
export interface IndexBuild {
  /** What the engine's will be. */
  readonly identity: string
  /** True where the index that is searched is itself written anew, document by document. */
  readonly isInPlace: boolean
  apply(batch: SearchBatch): Promise<RefusedDocument[]>
  /** Puts it in place of the present one, in one step that no search notices. */
  putInPlace(): Promise<void>
  /** Removes what is left of either. */
  cleanUp(): Promise<void>
}

/** A document that an engine will not have. */
export interface RefusedDocument {
  hubId: string
  reason: string
}

export interface SearchBatch {
  upserts?: readonly SearchDocument[]
  counters?: readonly CounterUpdate[]
  /** Hub ids. */
  removals?: readonly string[]
}

export interface SearchQuery {
  words?: string
  filters?: Partial<Record<FilterField, readonly string[]>>
  /** @default 'relevance' with words, 'trending' without */
  sort?: SearchSort
  /** Fields to count the values of. @default none */
  facets?: readonly FilterField[]
  /** How many values a facet has at most, most frequent first. @default 10 */
  facetLimit?: number
  /** Hits, at most. @default 20 */
  limit?: number
  /** Hits to skip. @default 0 */
  offset?: number
}

export interface SearchResult {
  /** How many documents match, of which `hits` is one page. */
  total: number
  hits: SearchDocument[]
  /**
   * For each facet asked for the counts of its most frequent values; of equally frequent ones the first by code unit are
   * kept. An object has no order to rely on (JavaScript moves years to the front): sort by count to show them.
   */
  facets: Partial<Record<FilterField, Record<string, number>>>
  tookMs: number
}
