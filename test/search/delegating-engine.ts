import type { SearchEngine } from '../../src/search/search-engine.ts'

/** Wraps an engine and overrides some members. Class instances cannot be spread. */
export function delegatingEngine(engine: SearchEngine, changed: Partial<SearchEngine> = {}): SearchEngine {
  return {
    name: engine.name,
    formatVersion: engine.formatVersion,
    batchSize: engine.batchSize,
    rebuildsFrom: engine.rebuildsFrom,
    carriesVectors: engine.carriesVectors,
    prepare: (options) => engine.prepare(options),
    apply: (batch) => engine.apply(batch),
    search: (query) => engine.search(query),
    suggest: (query) => engine.suggest(query),
    similarWords: (word) => engine.similarWords(word),
    prepareVectors: (embedder) => engine.prepareVectors(embedder),
    optimize: () => engine.optimize(),
    count: () => engine.count(),
    clear: () => engine.clear(),
    identity: () => engine.identity(),
    documents: (hubIds) => engine.documents(hubIds),
    hubIds: () => engine.hubIds(),
    build: (embedder) => engine.build(embedder),
    ...changed,
  }
}
