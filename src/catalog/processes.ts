import { type Kysely, sql } from 'kysely'
import { migrations } from '../../migrations/index.ts'
import type { HolderCheck } from './holder.ts'
import type { Database } from './schema.ts'

/** What a process that runs for long says of itself. */
export interface ProcessRecord {
  role: string
  version: string
  /** The shared queue it uses, by the name that the queue itself has; null where tasks wait in the process. */
  queue: string | null
  /** Names of the tasks that it takes from there. */
  tasks: readonly string[]
  /** Fingerprints of its tokens: it takes the tasks of their lanes. */
  budgets: readonly string[]
}

/** The schema was changed in a way that this program cannot go on with. */
export class SchemaOutgrown extends Error {
  override readonly name = 'SchemaOutgrown'
}

/** Says that this process lives, and forgets those that do not. */
export async function keepProcess(db: Kysely<Database>, record: ProcessRecord, check: HolderCheck): Promise<void> {
  const { holder, isDead, staleAfterMs } = check
  const { queue } = record
  await db
    .insertInto('catalog.processes')
    .values({ ...record, tasks: [...record.tasks], budgets: [...record.budgets], holder })
    .onConflict((conflict) => conflict.column('holder').doUpdateSet({ queue, heartbeat_at: sql`now()` }))
    .execute()
  const others = await db.selectFrom('catalog.processes').select('holder').where('holder', '<>', holder).execute()
  const dead = others.map((other) => other.holder).filter((other) => isDead(other) === true)
  await sql`
    delete from catalog.processes where holder <> ${holder}
      and (holder = any(${dead}::text[]) or heartbeat_at < now() - ${staleAfterMs} * interval '1 millisecond')`.execute(
    db,
  )
}

/**
 * Makes sure that this program may go on with the catalogue, whose schema a newer one may have changed meanwhile.
 *
 * @throws SchemaOutgrown when it may not
 */
export async function refuseOutgrownSchema(db: Kysely<Database>): Promise<void> {
  const identity = await db.selectFrom('catalog.identity').select('needs_migration').executeTakeFirst()
  if (identity === undefined || identity.needs_migration in migrations) return
  throw new SchemaOutgrown(
    `A newer hubdex has changed the catalogue (${identity.needs_migration}) in a way that this one cannot go on with: it knows ` +
      `migrations up to ${Object.keys(migrations).at(-1)}. So it ends here, and nothing is lost. Start the newer version.`,
  )
}

/** Signs a process off. */
export async function leaveProcess(db: Kysely<Database>, holder: string): Promise<void> {
  await db.deleteFrom('catalog.processes').where('holder', '=', holder).execute()
}

/** The processes that live and take tasks from this queue. */
export async function liveWorkers(
  db: Kysely<Database>,
  queue: string,
  { isDead, staleAfterMs }: HolderCheck,
): Promise<ProcessRecord[]> {
  const rows = await db
    .selectFrom('catalog.processes')
    .selectAll()
    .where('queue', '=', queue)
    .where(sql<boolean>`cardinality(tasks) > 0`)
    .where(sql<boolean>`heartbeat_at > now() - ${staleAfterMs} * interval '1 millisecond'`)
    .execute()
  return rows.filter(({ holder }) => isDead(holder) !== true)
}

/** What tells this catalogue from others. */
export async function catalogueId(db: Kysely<Database>): Promise<string> {
  const known = await db.selectFrom('catalog.identity').select('catalogue_id').executeTakeFirst()
  if (known !== undefined) return known.catalogue_id
  await sql`insert into catalog.identity default values on conflict do nothing`.execute(db)
  return (await db.selectFrom('catalog.identity').select('catalogue_id').executeTakeFirstOrThrow()).catalogue_id
}
