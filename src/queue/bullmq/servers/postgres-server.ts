import {
  assertSchemaCompatibility,
  DEFAULT_SCHEMA,
  LATEST_SCHEMA_VERSION,
  runMigrations,
  SchemaMigrationRequiredError,
} from 'bullmq'
import type pg from 'pg'
import { openPostgres } from '../../../catalog/postgres/pool.ts'
import { QueueUnavailable } from '../../queue-unavailable.ts'
import { taskReason } from '../../reason.ts'
import type { BullConnection } from './bull-connection.ts'
import { SharedConnection } from './shared-connection.ts'

/** For any number of lanes and tokens; one of them listens for new tasks of all lanes. */
const CONNECTIONS = 5

/** Creates or upgrades the queue's tables, in their own schema. @throws QueueUnavailable when it cannot hold tasks */
export async function connectPostgres(databaseUrl: string): Promise<BullConnection> {
  const { pool, shared } = await open(databaseUrl)
  const ping = async () => void (await pool.query('select 1'))
  return {
    engine: 'postgres',
    backend: shared.backend as BullConnection['backend'],
    forQueues: { connection: pool },
    forWorker: () => ({ connection: pool }),
    ping,
    probe: ping,
    close: async () => {
      await shared.close()
      if (!pool.ending) await pool.end()
    },
  }
}

async function open(databaseUrl: string): Promise<{ pool: pg.Pool; shared: SharedConnection }> {
  let pool: pg.Pool | undefined
  try {
    // With a given pool, BullMQ leaves the schema of its tables to the caller.
    pool = await openPostgres(databaseUrl, CONNECTIONS, DEFAULT_SCHEMA)
    await ensureTables(pool)
    const shared = new SharedConnection(pool)
    // It remembers the outcome of this forever.
    await shared.waitUntilReady()
    return { pool, shared }
  } catch (error) {
    await pool?.end()
    const advice = pool === undefined ? '' : ' Run this process once as the owner of the database, which creates them.'
    throw new QueueUnavailable('other', `The queue on Postgres cannot be used. ${taskReason(error)}${advice}`, {
      cause: error,
    })
  }
}

async function ensureTables(pool: pg.Pool): Promise<void> {
  const client = await pool.connect()
  try {
    if ((await tablesVersion(client)) < LATEST_SCHEMA_VERSION) await runMigrations(client)
  } finally {
    client.release()
  }
}

async function tablesVersion(client: pg.PoolClient): Promise<number> {
  try {
    return await assertSchemaCompatibility(client)
  } catch (error) {
    if (error instanceof SchemaMigrationRequiredError) return 0
    throw error
  }
}
