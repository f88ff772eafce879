import { Kysely, PostgresDialect, sql } from 'kysely'
import type pg from 'pg'
import type { Database } from '../schema.ts'

/** An open transaction: as Kysely, and as the connection for what Kysely does not support (COPY). */
export interface OpenTransaction {
  db: Kysely<Database>
  client: pg.PoolClient
}

/** Runs work in a transaction of its own. Any error rolls back. */
export async function inTransaction<Result>(
  pool: pg.Pool,
  work: (transaction: OpenTransaction) => Promise<Result>,
  { end = 'commit' }: { end?: 'commit' | 'rollback' } = {},
): Promise<Result> {
  const client = await pool.connect()
  let isBroken = true
  try {
    await client.query('begin')
    const result = await work({ client, db: kyselyOn(client) }).catch(async (error: unknown) => {
      await client.query('rollback')
      isBroken = false
      throw error
    })
    await client.query(end)
    isBroken = false
    return result
  } finally {
    client.release(isBroken)
  }
}

/**
 * Sets parameters of Postgres until the transaction ends. By `set_config`, because the embedded engine resets its session after
 * a SET.
 */
export async function configure<Tables>(
  transaction: Kysely<Tables>,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  await sql`
    select set_config(name, value, true)
    from unnest(${Object.keys(settings)}::text[], ${Object.values(settings)}::text[]) as setting (name, value)`.execute(
    transaction,
  )
}

/** Kysely on one connection, which it does not release. */
function kyselyOn(client: pg.PoolClient): Kysely<Database> {
  const connection = { query: client.query.bind(client), release: () => undefined }
  const pool = { connect: async () => connection, end: async () => undefined, options: {} }
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
}
