import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll } from 'vitest'
import { createBullTasks } from '../../src/queue/bullmq/bull-tasks.ts'
import { createTestDatabase, describePostgres, type TestDatabase } from '../support/postgres.ts'
import { describeTasks } from './conformance.ts'

describePostgres('Postgres', () => {
  let database: TestDatabase

  beforeAll(async () => {
    database = await createTestDatabase()
  })

  afterAll(async () => database?.drop())

  describeTasks('postgres', {
    open: (options) =>
      createBullTasks(
        { engine: 'postgres', databaseUrl: database.databaseUrl, prefix: `test-${randomUUID()}` },
        options,
      ),
  })
})
