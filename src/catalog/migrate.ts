import { type Kysely, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { migrations } from '../../migrations/index.ts'
import { mayNotWrite } from './postgres/errors.ts'
import { CatalogLocked, describeTransactions, isLockTimeout, waitForTables } from './postgres/lock-holders.ts'

export interface MigrationOutcome {
  name: string
  /** False if it had been applied before. */
  applied: boolean
}

/** The schema is newer than this program. */
export class SchemaTooNew extends Error {
  override readonly name = 'SchemaTooNew'
}

/** The schema is older than this program, and this login may not change it. */
class SchemaTooOld extends Error {
  override readonly name = 'SchemaTooOld'
}

/** The schema of this program, by the name of its last migration. */
export function currentSchema(): string {
  return Object.keys(migrations).at(-1) ?? ''
}

/** Bounded because new readers of a table queue behind a migration that waits for it. */
const TABLE_WAIT_MS = 10_000
/** Another process may be migrating a large catalog. */
const MIGRATION_WAIT_MS = 3_600_000

/**
 * Brings the schema up to this program's version: one process at a time, in one transaction. An up-to-date schema causes no
 * writes, so a read-only login can use it.
 *
 * @param tableWaitMs how long to wait for a table that another transaction reads
 * @throws SchemaTooNew if a newer program has migrated the database, SchemaTooOld if this login may not migrate it,
 * CatalogLocked, which names the sessions, if other transactions stay open for too long
 */
export async function migrate<Tables>(
  db: Kysely<Tables>,
  { tableWaitMs = TABLE_WAIT_MS }: { tableWaitMs?: number } = {},
): Promise<MigrationOutcome[]> {
  const names = Object.keys(migrations)
  const before = await appliedMigrations(db)
  refuseNewerSchema(before)
  const missing = names.filter((name) => !before.includes(name))
  if (missing.length === 0) return names.map((name) => ({ name, applied: false }))
  try {
    return await migrateToLatest(db, tableWaitMs)
  } catch (error) {
    if (isLockTimeout(error)) {
      throw new CatalogLocked(
        `The catalog schema could not be changed within ${tableWaitMs / 1000} s. ${await describeTransactions(db)}`,
        { cause: error },
      )
    }
    // A migration that needs more than the owner's rights has an error message of its own.
    if (!mayNotWrite(error)) throw error
    throw new SchemaTooOld(
      `The catalog lacks migrations (${missing.join(', ')}), and this login may not apply them. Run \`hubdex db migrate\` ` +
        "once with the owner's DATABASE_URL.",
      { cause: error },
    )
  }
}

async function migrateToLatest<Tables>(db: Kysely<Tables>, tableWaitMs: number): Promise<MigrationOutcome[]> {
  await sql.raw(CREATE_LOCK).execute(db)
  return await db.transaction().execute(async (transaction) => {
    await waitForTables(transaction, MIGRATION_WAIT_MS)
    await sql`select from catalog.migrations_lock for update`.execute(transaction)
    await waitForTables(transaction, tableWaitMs)
    const migrator = new Migrator({
      db: transaction,
      provider: { getMigrations: async () => ({ ...migrations }) },
      migrationTableSchema: 'catalog',
      migrationTableName: 'migrations',
      migrationLockTableName: 'migrations_lock',
    })
    const { error, results } = await migrator.migrateToLatest()
    if (error !== undefined) throw error
    const applied = new Set(results?.map((result) => result.migrationName))
    return Object.keys(migrations).map((name) => ({ name, applied: applied.has(name) }))
  })
}

/**
 * The lock table that Kysely would create, with its one row. SELECT … FOR UPDATE on that row serializes migrations and needs a
 * right that readers lack. If two programs create the table at once, the second one gets an error, which is ignored.
 */
const CREATE_LOCK = `
do $do$
begin
  create schema if not exists catalog;
  create table if not exists catalog.migrations_lock (
    id varchar(255) primary key, is_locked integer not null default 0
  );
  insert into catalog.migrations_lock (id) values ('migration_lock') on conflict do nothing;
exception
  when unique_violation or duplicate_schema or duplicate_table then null;
end
$do$`

async function appliedMigrations<Tables>(db: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ exists: boolean }>`
    select to_regclass('catalog.migrations') is not null as exists`.execute(db)
  if (rows[0]?.exists !== true) return []
  const applied = await sql<{ name: string }>`select name from catalog.migrations order by name`.execute(db)
  return applied.rows.map((row) => row.name)
}

function refuseNewerSchema(applied: readonly string[]): void {
  const unknown = applied.filter((name) => !(name in migrations))
  if (unknown.length === 0) return
  throw new SchemaTooNew(
    `The catalog was migrated by a newer hubdex (${unknown.join(', ')}); this version supports migrations up to ` +
      `${Object.keys(migrations).at(-1)}. Install the newer version, or use another catalog.`,
  )
}
