import { Kysely, PostgresAdapter, PostgresDialect } from 'kysely'
import type pg from 'pg'
import type { EmbeddedEvent } from './embedded/embedded-events.ts'
import { type EmbeddedOptions, openEmbedded } from './embedded/open-embedded.ts'
import './postgres/text-arrays.ts'
import { ignoreIdleErrors } from './postgres/lost-connections.ts'
import { openPostgres } from './postgres/pool.ts'
import { stoppablePool } from './postgres/query-signal.ts'
import type { Database } from './schema.ts'

/** Where the catalog is: on a Postgres server, or embedded in a folder. */
export type CatalogTarget = { databaseUrl: string } | { dataDirectory: string }

export interface ConnectionOptions extends Partial<EmbeddedOptions> {
  /** @default 10 */
  maxConnections?: number
  onEvent?: (event: EmbeddedEvent) => void
}

export interface CatalogConnection {
  readonly db: Kysely<Database>
  readonly pool: pg.Pool
  readonly engine: 'embedded' | 'postgres'
  /** Ends the pool. If this process serves the embedded catalog, other clients may finish first. */
  close(): Promise<void>
}

/**
 * Connects to the catalog and checks that it answers. Both engines speak Postgres's protocol over a socket.
 *
 * Clients of the embedded engine take turns in its one session. Settings, prepared statements, temporary tables, advisory locks
 * and LISTEN therefore end with the transaction. A cancel request works; statement_timeout and autovacuum do not.
 *
 * @throws DataDirectoryError or PostgresUnavailable, whose message says what to do
 */
export async function openConnection(
  target: CatalogTarget,
  { maxConnections = 10, onEvent = () => undefined, ...embedded }: ConnectionOptions = {},
): Promise<CatalogConnection> {
  if ('databaseUrl' in target) {
    const pool = await openPostgres(target.databaseUrl, maxConnections)
    return { engine: 'postgres', pool, db: createDatabase(pool, CANCEL_AFTER_MS), close: () => pool.end() }
  }
  const { pool, close } = await openEmbedded(target.dataDirectory, { ...embedded, maxConnections, onEvent })
  ignoreIdleErrors(pool)
  try {
    await pool.query('select 1')
  } catch (error) {
    await close()
    throw error
  }
  return { engine: 'embedded', pool, db: createDatabase(pool, EMBEDDED_CANCEL_AFTER_MS), close }
}

/** Without Kysely's advisory lock for migrations, which any login can take and so block: `migrate` has a lock of its own. */
class CatalogDialect extends PostgresDialect {
  override createAdapter(): PostgresAdapter {
    return new CatalogAdapter()
  }
}

class CatalogAdapter extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {
    // See CatalogDialect.
  }

  override async releaseMigrationLock(): Promise<void> {
    // See CatalogDialect.
  }
}

/** Most queries end within this time, and then their connections can be used again. */
const CANCEL_AFTER_MS = 200
/** To cancel, the embedded engine restarts, which takes seconds. */
const EMBEDDED_CANCEL_AFTER_MS = 10_000

/** Kysely over a pool of connections to a catalog. */
export function createDatabase(pool: pg.Pool, cancelAfterMs = CANCEL_AFTER_MS): Kysely<Database> {
  return new Kysely<Database>({ dialect: new CatalogDialect({ pool: stoppablePool(pool, cancelAfterMs) }) })
}
