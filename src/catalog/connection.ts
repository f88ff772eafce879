import { Kysely, PostgresAdapter, PostgresDialect } from 'kysely'
import type pg from 'pg'
import type { EmbeddedEvent } from './embedded/embedded-events.ts'
import { type EmbeddedOptions, openEmbedded } from './embedded/open-embedded.ts'
import { ignoreIdleErrors } from './postgres/lost-connections.ts'
import { openPostgres } from './postgres/pool.ts'
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
  /** Ends the pool and, where this process serves the embedded catalog, lets others finish and stops serving. */
  close(): Promise<void>
}

/**
 * Connects to the catalog and makes sure that it answers. Both engines speak Postgres's protocol over a socket, so all
 * that differs is who serves it.
 *
 * The embedded engine has one session that its clients take turns in. Settings, prepared statements, temporary tables,
 * advisory locks and LISTEN therefore do not outlive a transaction there; statement_timeout has no effect, a cancel
 * request has; and it runs no autovacuum.
 *
 * @throws DataDirectoryError or PostgresUnavailable, whose message says what to do
 */
export async function openConnection(
  target: CatalogTarget,
  { maxConnections = 10, onEvent = () => undefined, ...embedded }: ConnectionOptions = {},
): Promise<CatalogConnection> {
  if ('databaseUrl' in target) {
    const pool = await openPostgres(target.databaseUrl, maxConnections)
    return { engine: 'postgres', pool, db: createDatabase(pool), close: () => pool.end() }
  }
  const { pool, close } = await openEmbedded(target.dataDirectory, { ...embedded, maxConnections, onEvent })
  ignoreIdleErrors(pool)
  try {
    await pool.query('select 1')
  } catch (error) {
    await close()
    throw error
  }
  return { engine: 'embedded', pool, db: createDatabase(pool), close }
}

/** Leaves out the advisory lock that Kysely takes for migrations, which every login can take: `migrate` has one of its own. */
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

function createDatabase(pool: pg.Pool): Kysely<Database> {
  return new Kysely<Database>({ dialect: new CatalogDialect({ pool }) })
}
