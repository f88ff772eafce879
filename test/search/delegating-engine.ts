import type { SearchEngine } from '../../src/search/search-engine.ts'

/** An engine like another but for what is given: class instances do not spread. */
export function delegatingEngine(engine: SearchEngine, changed: Partial<SearchEngine> = {}): SearchEngine {
  return {
    name: engine.name,
    version: engine.version,
    batchSize: engine.batchSize,
    prepare: (options) => engine.prepare(options),
    apply: (batch) => engine.apply(batch),
    search: (query) => engine.search(query),
    optimize: () => engine.optimize(),
    count: () => engine.count(),
    clear: () => engine.clear(),
    identity: () => engine.identity(),
    documents: (hubIds) => engine.documents(hubIds),
    hubIds: () => engine.hubIds(),
    build: () => engine.build(),
    ...changed,
  }
}
