import type { IndexedDocument } from '../../src/search/search-document.ts'
import type { SearchEngine, SearchQuery } from '../../src/search/search-engine.ts'

/** What the parts of the conformance suite need of an engine. */
export interface EngineUnderTest {
  engine(): SearchEngine
  /** The ids of the hits, in their order. */
  found(query: SearchQuery): Promise<string[]>
  put(...documents: IndexedDocument[]): Promise<unknown>
}
