import { accessToken, decimal, embedderUrl, endpointUrl, line, plainName, wholeNumber } from '../value-types.ts'
import type { Setting } from './setting.ts'

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS

/** How the catalog is searched and queried. */
export const searchSettings = {
  meiliUrl: {
    env: 'MEILI_URL',
    type: endpointUrl,
    default: undefined,
    defaultText: 'none: the Postgres of the catalog is searched',
    help: 'The Meilisearch server to search with instead of Postgres.',
  },
  meiliApiKey: {
    env: 'MEILI_API_KEY',
    type: accessToken,
    default: undefined,
    defaultText: 'none',
    help: 'API key for Meilisearch; docs/search.md lists the rights it needs.',
    secret: true,
  },
  meiliIndex: {
    env: 'HUBDEX_MEILI_INDEX',
    type: plainName,
    default: 'repos',
    help: 'Name of the Meilisearch index.',
  },
  indexBatchSize: {
    env: 'HUBDEX_INDEX_BATCH_SIZE',
    type: wholeNumber(1, 100_000),
    default: undefined,
    defaultText: '1000 for Postgres, 5000 for Meilisearch',
    help: 'Number of documents per batch sent to the search engine.',
  },
  searchCacheMb: {
    env: 'HUBDEX_SEARCH_CACHE_MB',
    type: wholeNumber(0, 65_536),
    default: 256,
    help: 'Maximum megabytes of the Postgres search index that a process caches, so that facets are counted without reading it again.',
  },
  embedderUrl: {
    env: 'HUBDEX_EMBEDDER_URL',
    type: embedderUrl,
    default: undefined,
    defaultText: 'none: there is no semantic search',
    help: 'Address of the API that turns texts into vectors, for semantic search: OpenAI, Ollama or a compatible server.',
  },
  embedderModel: {
    env: 'HUBDEX_EMBEDDER_MODEL',
    type: line(200),
    default: undefined,
    defaultText: 'none',
    help: 'Name of the model of the embedder. Another model means that all texts are embedded again.',
  },
  embedderKey: {
    env: 'HUBDEX_EMBEDDER_KEY',
    type: accessToken,
    default: undefined,
    defaultText: 'none',
    help: 'API key for the embedder.',
    secret: true,
  },
  embedderDimensions: {
    env: 'HUBDEX_EMBEDDER_DIMENSIONS',
    type: wholeNumber(1, 16_000),
    default: undefined,
    defaultText: 'those of the model',
    help: 'Number of dimensions to request of the model. Another number means that all texts are embedded again.',
  },
  embedderTextPrefix: {
    env: 'HUBDEX_EMBEDDER_TEXT_PREFIX',
    type: line(200),
    default: undefined,
    defaultText: 'none',
    help: 'What the model expects before a text that is searched, such as `search_document: ` or `passage: `.',
  },
  embedderQueryPrefix: {
    env: 'HUBDEX_EMBEDDER_QUERY_PREFIX',
    type: line(200),
    default: undefined,
    defaultText: 'none',
    help: 'What the model expects before a query, such as `search_query: ` or `query: `.',
  },
  embedderBatchSize: {
    env: 'HUBDEX_EMBEDDER_BATCH_SIZE',
    type: wholeNumber(1, 2_048),
    default: 64,
    help: 'Number of texts per request to the embedder.',
  },
  embedderTextsPerMinute: {
    env: 'HUBDEX_EMBEDDER_TEXTS_PER_MINUTE',
    type: wholeNumber(1, 10_000_000),
    default: undefined,
    defaultText: 'no limit',
    help: 'Maximum number of texts that a process sends to the embedder per minute.',
  },
  embedderTimeoutMs: {
    env: 'HUBDEX_EMBEDDER_TIMEOUT_MS',
    type: wholeNumber(100, 10 * MINUTE_MS),
    default: MINUTE_MS,
    help: 'How long the embedder may take for a batch of texts. A query waits for at most five seconds.',
  },
  semanticRatio: {
    env: 'HUBDEX_SEMANTIC_RATIO',
    type: decimal(0, 1),
    default: 0,
    help: 'How much meaning counts beside words when `hubdex search` has no `--semantic`: 0 is words only, 1 is meaning only.',
  },
  sqlTimeoutMs: {
    env: 'HUBDEX_SQL_TIMEOUT_MS',
    flag: '--sql-timeout-ms <milliseconds>',
    type: wholeNumber(1, 60 * MINUTE_MS),
    default: 5 * SECOND_MS,
    help: 'How long a query of `hubdex sql` may run.',
  },
  duckDbMemoryMb: {
    env: 'HUBDEX_DUCKDB_MEMORY_MB',
    type: wholeNumber(64, 1024 * 1024),
    default: 1024,
    help: 'Memory in megabytes that DuckDB may use for a query of `hubdex sql --engine duckdb`. Larger intermediate results go to disk.',
  },
  maxExportAgeSecs: {
    env: 'HUBDEX_MAX_EXPORT_AGE_SECS',
    flag: '--max-export-age-secs <seconds>',
    type: wholeNumber(0, 30 * 86_400),
    default: 3600,
    help: 'Age in seconds at which the export that DuckDB reads is made again. 0 makes it again for each query.',
  },
  sqlMaxRows: {
    env: 'HUBDEX_SQL_MAX_ROWS',
    flag: '--sql-max-rows <rows>',
    type: wholeNumber(1, 1_000_000),
    default: 1000,
    help: 'Maximum number of rows that `hubdex sql` returns.',
  },
  sqlMaxMb: {
    env: 'HUBDEX_SQL_MAX_MB',
    type: wholeNumber(1, 256),
    default: 16,
    help: 'Maximum megabytes of rows that `hubdex sql` returns.',
  },
} as const satisfies Record<string, Setting>
