import { type Kysely, sql } from 'kysely'
import { migrations } from '../../../migrations/index.ts'
import type { Database } from '../schema.ts'
import { failBegunTasks } from '../stages/dead-claims.ts'
import type { LeaseOwner } from './lease-owner.ts'

/** What a process says about itself. */
export interface ProcessRecord {
  role: string
  version: string
  /** The id that the shared queue has; null if tasks are queued in the process. */
  queue: string | null
  /** Names of the tasks that it takes from the queue. */
  tasks: readonly string[]
  /** Fingerprints of its tokens, whose lanes it serves. */
  budgets: readonly string[]
}

/** The schema was changed in a way that this program does not support. */
export class SchemaOutgrown extends Error {
  override readonly name = 'SchemaOutgrown'
}

/** Writes a heartbeat, and deletes dead processes with their claims. Due every ten seconds, and before a first lease. */
export async function renew(db: Kysely<Database>, owner: LeaseOwner, record: ProcessRecord): Promise<void> {
  const { queue, tasks, budgets } = record
  await db
    .insertInto('catalog.processes')
    .values({ ...record, tasks: [...tasks], budgets: [...budgets], lease_owner: owner.name })
    .onConflict((conflict) => conflict.column('lease_owner').doUpdateSet({ queue, heartbeat_at: sql`now()` }))
    .execute()
  const dead = await deadOwners(db, owner)
  if (dead.length === 0) return
  await db.transaction().execute(async (transaction) => {
    // Another process may be deleting the same rows, and a heartbeat may have come in between.
    const locked = await transaction
      .selectFrom('catalog.processes')
      .select('lease_owner')
      .where('lease_owner', 'in', dead)
      .forUpdate()
      .skipLocked()
      .execute()
    const stillDead = new Set(await deadOwners(transaction, owner))
    const names = locked.map((row) => row.lease_owner).filter((name) => stillDead.has(name))
    if (names.length === 0) return
    await failBegunTasks(transaction, names)
    await transaction.deleteFrom('catalog.processes').where('lease_owner', 'in', names).execute()
  })
}

async function deadOwners(db: Kysely<Database>, owner: LeaseOwner): Promise<string[]> {
  return (await judgedProcesses(db, owner)).filter(({ isDead }) => isDead).map((row) => row.lease_owner)
}

/** All processes. Dead is a process without a heartbeat for a minute, or one that this machine knows to have ended. */
async function judgedProcesses(db: Kysely<Database>, { name, isGone }: LeaseOwner) {
  const rows = await db
    .selectFrom('catalog.processes')
    .selectAll()
    .select(sql<boolean>`heartbeat_at < now() - interval '1 minute'`.as('is_silent'))
    .execute()
  return rows.map((row) => ({
    ...row,
    isDead: row.lease_owner !== name && (row.is_silent || isGone(row.lease_owner)),
  }))
}

/**
 * Whether another living process has a lease. An owner without a row is dead, because processes write their row before they
 * take a lease. Call it with the lease locked, so that no other process takes it meanwhile.
 */
export async function isLeasedByOther(db: Kysely<Database>, leaseOwner: string | null, owner: LeaseOwner): Promise<boolean> {
  if (leaseOwner === null || leaseOwner === owner.name) return false
  return (await judgedProcesses(db, owner)).some((row) => row.lease_owner === leaseOwner && !row.isDead)
}

/** @throws SchemaOutgrown if a newer program has changed the schema in a way that this one does not support */
export async function refuseOutgrownSchema(db: Kysely<Database>): Promise<void> {
  const identity = await db.selectFrom('catalog.identity').select('min_migration').executeTakeFirst()
  if (identity === undefined || identity.min_migration in migrations) return
  throw new SchemaOutgrown(
    `A newer hubdex has changed the catalog (${identity.min_migration}) in a way that this version does not support; it ` +
      `supports migrations up to ${Object.keys(migrations).at(-1)}. This process stops, and nothing is lost. ` +
      'Start the newer version.',
  )
}

/** Deletes the row of this process, which frees its leases. */
export async function signOff(db: Kysely<Database>, owner: LeaseOwner): Promise<void> {
  await db.deleteFrom('catalog.processes').where('lease_owner', '=', owner.name).execute()
}

/** The living processes that take tasks from this queue. */
export async function liveWorkers(db: Kysely<Database>, queue: string, owner: LeaseOwner): Promise<ProcessRecord[]> {
  const rows = await judgedProcesses(db, owner)
  return rows.filter((row) => !row.isDead && row.queue === queue && row.tasks.length > 0)
}

/** The unique id of this catalog. */
export async function catalogId(db: Kysely<Database>): Promise<string> {
  const known = await db.selectFrom('catalog.identity').select('catalog_id').executeTakeFirst()
  if (known !== undefined) return known.catalog_id
  await sql`insert into catalog.identity default values on conflict do nothing`.execute(db)
  return (await db.selectFrom('catalog.identity').select('catalog_id').executeTakeFirstOrThrow()).catalog_id
}
