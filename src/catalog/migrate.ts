import { type Kysely, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { migrations } from '../../migrations/index.ts'
import { mayNotWrite } from './database-advice.ts'

export interface MigrationOutcome {
  name: string
  /** False when it had been applied before. */
  applied: boolean
}

/** The database holds a schema that this program does not know. */
export class SchemaTooNew extends Error {
  override readonly name = 'SchemaTooNew'
}

/** The schema is of an older program, and whoever opened it may not change it. */
class SchemaTooOld extends Error {
  override readonly name = 'SchemaTooOld'
}

/**
 * Brings the schema up to this program's version, under Kysely's advisory lock, in one transaction. Nothing is written when
 * it is there already, so that a login that may only read can use it.
 *
 * @throws SchemaTooNew when a newer program has migrated the database, SchemaTooOld when this login may not migrate it
 */
export async function migrate<Tables>(db: Kysely<Tables>): Promise<MigrationOutcome[]> {
  const names = Object.keys(migrations)
  const before = await appliedMigrations(db)
  refuseNewerSchema(before)
  const missing = names.filter((name) => !before.includes(name))
  if (missing.length === 0) return names.map((name) => ({ name, applied: false }))
  try {
    return await migrateToLatest(db)
  } catch (error) {
    // Migrations that need more than the owner's rights say themselves what to do.
    if (!mayNotWrite(error)) throw error
    throw new SchemaTooOld(
      `The catalogue lacks migrations (${missing.join(', ')}), and this login may not make them. Run \`hubdex db migrate\` ` +
        'once with the DATABASE_URL of its owner.',
      { cause: error },
    )
  }
}

async function migrateToLatest<Tables>(db: Kysely<Tables>): Promise<MigrationOutcome[]> {
  await sql`create schema if not exists catalog`.execute(db)
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    migrationTableSchema: 'catalog',
    migrationTableName: 'migrations',
    migrationLockTableName: 'migrations_lock',
  })
  const { error, results } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
  const applied = new Set(results?.map((result) => result.migrationName))
  return Object.keys(migrations).map((name) => ({ name, applied: applied.has(name) }))
}

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
    `The catalogue was migrated by a newer hubdex (${unknown.join(', ')}); this one knows migrations up to ` +
      `${Object.keys(migrations).at(-1)}. Install the newer version, or point at another catalogue.`,
  )
}
