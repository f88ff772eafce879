import { describe, inject } from 'vitest'
import { createDatabase, type TestDatabase } from './databases.ts'

/** Whether this run has a real Postgres. If not, the global setup has logged it. */
export const hasPostgres: boolean = inject('postgresUrl') !== undefined

/** A `describe` that is skipped without a real Postgres. */
export const describePostgres = describe.skipIf(!hasPostgres)

export interface NewDatabase {
  /** Whether it already has the schema, as after a first start. @default false */
  hasSchema?: boolean
  /** Options of `create database`, such as its encoding. */
  options?: string
}

/** Creates an empty database for the calling test file (about 50 ms). `drop` also ends its connections. */
export async function createTestDatabase({ hasSchema = false, options = '' }: NewDatabase = {}): Promise<TestDatabase> {
  const serverUrl = inject('postgresUrl')
  if (serverUrl === undefined) throw new Error('This test needs a real Postgres: put it inside describePostgres.')
  return await createDatabase(serverUrl, `template ${hasSchema ? inject('postgresTemplate') : 'template0'} ${options}`)
}
