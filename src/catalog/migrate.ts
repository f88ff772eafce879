import { type Kysely, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { migrations } from '../../migrations/index.ts'

export interface MigrationOutcome {
  name: string
  /** False when it had been applied before. */
  applied: boolean
}

/** The database holds a schema that this program does not know. */
export class SchemaTooNew extends Error {
  override readonly name = 'SchemaTooNew'
}

/**
 * Brings the schema up to this program's version, under Kysely's advisory lock, in one transaction. Nothing happens when
 * it is there already.
 *
 * @throws SchemaTooNew when a newer program has migrated the database
 */
export async function migrate<Tables>(db: Kysely<Tables>): Promise<MigrationOutcome[]> {
  await sql`create schema if not exists catalog`.execute(db)
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    migrationTableSchema: 'catalog',
    migrationTableName: 'migrations',
    migrationLockTableName: 'migrations_lock',
  })
  await refuseNewerSchema(await migrator.getMigrations(), db)
  const { error, results } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
  const applied = new Set(results?.map((result) => result.migrationName))
  return Object.keys(migrations).map((name) => ({ name, applied: applied.has(name) }))
}

async function refuseNewerSchema<Tables>(known: readonly { name: string }[], db: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{ exists: boolean }>`
    select to_regclass('catalog.migrations') is not null as exists`.execute(db)
  if (rows[0]?.exists !== true) return
  const names = new Set(known.map((migration) => migration.name))
  const applied = await sql<{ name: string }>`select name from catalog.migrations order by name`.execute(db)
  const unknown = applied.rows.map((row) => row.name).filter((name) => !names.has(name))
  if (unknown.length === 0) return
  throw new SchemaTooNew(
    `The catalogue was migrated by a newer hubdex (${unknown.join(', ')}); this one knows migrations up to ` +
      `${Object.keys(migrations).at(-1)}. Install the newer version, or point at another catalogue.`,
  )
}
