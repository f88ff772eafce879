import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { describe, inject } from 'vitest'

export interface TestDatabase {
  databaseUrl: string
  drop(): Promise<void>
}

/** Whether this run has a real Postgres. If not, the global setup has logged it. */
export const hasPostgres: boolean = inject('postgresUrl') !== undefined

/** A `describe` that is skipped without a real Postgres. */
export const describePostgres = describe.skipIf(!hasPostgres)

/**
 * Creates an empty database for the calling test file (about 50 ms). `drop` also ends its connections.
 *
 * @param options of `create database`, such as its encoding
 */
export async function createTestDatabase(options = ''): Promise<TestDatabase> {
  const serverUrl = inject('postgresUrl')
  if (serverUrl === undefined) throw new Error('This test needs a real Postgres: put it inside describePostgres.')
  const name = `hubdex_test_${randomBytes(8).toString('hex')}`
  await execute(serverUrl, `create database ${name} template template0 ${options}`)
  const databaseUrl = new URL(serverUrl)
  databaseUrl.pathname = `/${name}`
  return {
    databaseUrl: databaseUrl.href,
    drop: async () => void (await execute(serverUrl, `drop database ${name} with (force)`)),
  }
}

/** Runs a statement on a new connection with the driver's defaults. */
export async function execute(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}
