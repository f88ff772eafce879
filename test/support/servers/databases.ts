import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { openConnection } from '../../../src/catalog/connection.ts'
import { migrate } from '../../../src/catalog/migrate.ts'

export interface TestDatabase {
  databaseUrl: string
  drop(): Promise<void>
}

/** Creates the database that others with the schema are copies of: the migrations take five times longer than a copy. */
export async function createTemplateDatabase(serverUrl: string): Promise<TestDatabase & { name: string }> {
  const template = await createDatabase(serverUrl, 'template template0')
  const connection = await openConnection({ databaseUrl: template.databaseUrl })
  await migrate(connection.db)
  await connection.close()
  return template
}

/** @param options of `create database` */
export async function createDatabase(serverUrl: string, options: string): Promise<TestDatabase & { name: string }> {
  const name = `hubdex_test_${randomBytes(8).toString('hex')}`
  await execute(serverUrl, `create database ${name} ${options}`)
  const databaseUrl = new URL(serverUrl)
  databaseUrl.pathname = `/${name}`
  return {
    name,
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
