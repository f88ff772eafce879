import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { describe, inject } from 'vitest'

export interface TestDatabase {
  databaseUrl: string
  drop(): Promise<void>
}

/** Whether this run has a real Postgres. The global setup has already said so, in one line, where it has not. */
export const hasPostgres: boolean = inject('postgresUrl') !== undefined

/** A `describe` that is skipped where there is no real Postgres. */
export const describePostgres = describe.skipIf(!hasPostgres)

/**
 * Creates an empty database of its own for the calling test file (about 50 ms); `drop` also ends what is still connected.
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

/** Runs a statement on a connection of its own, which is the driver's own in every respect. */
export async function execute(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}
