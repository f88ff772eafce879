import pg from 'pg'
import { type CatalogConnection, createDatabase } from '../../src/catalog/connection.ts'
import { openPostgres } from '../../src/catalog/postgres/pool.ts'

/**
 * Sets the time of a database without changing a row: statements of `openInTime` see a `now()` that comes before Postgres's
 * own. Only new connections see it. The schema must exist: the defaults of its columns have the real time.
 */
export async function setDatabaseTime(databaseUrl: string, daysAhead: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query(`
    create schema if not exists compressed_time;
    create or replace function compressed_time.now() returns timestamptz language sql stable as
      $$ select pg_catalog.now() + current_setting('compressed_time.ahead')::interval $$;
    alter database ${client.escapeIdentifier(client.database ?? '')} set compressed_time.ahead = '${daysAhead} days'`)
  await client.end()
}

/** A catalog at the time of its database. */
export async function openInTime(databaseUrl: string): Promise<CatalogConnection> {
  const pool = await openPostgres(databaseUrl, 10, 'compressed_time, pg_catalog, public')
  return { engine: 'postgres', pool, db: createDatabase(pool), close: () => pool.end() }
}
