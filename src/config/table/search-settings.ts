import { accessToken, endpointUrl, plainName, wholeNumber } from '../value-types.ts'
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
  sqlTimeoutMs: {
    env: 'HUBDEX_SQL_TIMEOUT_MS',
    flag: '--sql-timeout-ms <milliseconds>',
    type: wholeNumber(1, 60 * MINUTE_MS),
    default: 5 * SECOND_MS,
    help: 'How long a query of `hubdex sql` may run.',
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
