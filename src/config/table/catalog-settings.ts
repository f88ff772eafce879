import { folder, postgresUrl, wholeNumber } from '../value-types.ts'
import type { Platform, Setting } from './setting.ts'

const MINUTE_MS = 60_000

/** Where the catalog is stored. */
export const catalogSettings = {
  dataDir: {
    env: 'HUBDEX_DATA_DIR',
    flag: '--data-dir <folder>',
    type: folder,
    default: (platform: Platform) => platform.dataDirectory,
    defaultText: "the platform's data folder for `hubdex`",
    help: 'Where the embedded catalog is stored.',
  },
  databaseUrl: {
    env: 'DATABASE_URL',
    type: postgresUrl,
    default: undefined,
    defaultText: 'none: the catalog is embedded',
    help: 'The Postgres server, version 15 or newer, that holds the catalog instead of the embedded one.',
    secret: true,
  },
  databaseReadUrl: {
    env: 'DATABASE_READ_URL',
    type: postgresUrl,
    default: undefined,
    defaultText: 'none: the server of DATABASE_URL answers them',
    help: 'A replica of the Postgres server, which answers searches, SQL, the mirror and exports. See docs/postgres.md.',
    secret: true,
  },
  databaseConnections: {
    env: 'HUBDEX_DATABASE_CONNECTIONS',
    type: wholeNumber(2, 500),
    default: 10,
    help: 'Maximum number of connections to the catalog per process.',
  },
  idleTransactionMs: {
    env: 'HUBDEX_IDLE_TRANSACTION_MS',
    type: wholeNumber(100, 60 * MINUTE_MS),
    default: MINUTE_MS,
    help: 'How long a transaction on the embedded catalog may stay open and idle before it is ended. It blocks all others meanwhile.',
  },
} as const satisfies Record<string, Setting>
