import type { CounterUpdate, SearchDocument } from './search-document.ts'
import type { FilterField, SearchSort } from './search-names.ts'

/**
 * Full-text and faceted search over the catalogue's repos: the port behind which each engine stands. What it promises is
 * tested by one conformance suite, which every engine has to pass.
 */
export interface SearchEngine {
  /** Makes the engine ready for use; does nothing when it is already. */
  prepare(): Promise<void>
  /**
   * Applies a batch, all of it or nothing. Applying it again changes nothing; counters of a repo that has no document are
   * ignored. Within a batch, removals win over upserts, and counter updates over the counters of upserts.
   */
  apply(batch: SearchBatch): Promise<void>
  /**
   * Finds documents.
   *
   * - Every word must match, somewhere in id, author, tags or description. Upper and lower case and accents are alike. Ids
   *   are searched whole and by their parts (`/`, `-`, `_`, `.`, camel case, letters before digits). The last word also
   *   matches as a prefix. One edit (a letter more, less, other, or two swapped) is forgiven in words of five letters or more.
   * - Filters hold values as documents have them: any within a field, all across fields.
   * - The counts of a facet ignore the filter on that same field, so that a choice shows its alternatives, too; they
   *   respect words and all other filters.
   *
   * Any text is a valid query: one without a letter, digit or pictograph finds what an empty one does.
   *
   * @throws InvalidSearch when a field, sort or facet does not exist, or a number is out of its range
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
