import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createBullTasks } from '../../src/queue/bullmq/bull-tasks.ts'
import type { BullTarget } from '../../src/queue/bullmq/servers/bull-target.ts'
import { eventually } from '../support/eventually.ts'
import type { TestDatabase } from '../support/servers/databases.ts'
import { createTestDatabase, describePostgres } from '../support/servers/postgres.ts'
import { describeTasks } from './conformance.ts'
import { record, task } from './recorder.ts'
import { describeSharedTasks } from './shared-conformance.ts'

describePostgres('Postgres', () => {
  let database: TestDatabase

  beforeAll(async () => {
    database = await createTestDatabase()
  })

  afterAll(async () => database?.drop())

  const newTarget = (): BullTarget => ({
    engine: 'postgres',
    databaseUrl: database.databaseUrl,
    prefix: `test-${randomUUID()}`,
  })

  describeTasks('postgres', { open: (options) => createBullTasks(newTarget(), options) })
  describeSharedTasks('postgres', newTarget)

  it('takes few connections for any number of lanes, and is notified of tasks again after they break', async () => {
    const tasks = await createBullTasks(newTarget())
    const lanes = Array.from({ length: 14 }, (_, index) => ({ name: 'details', budget: `b${index}` }) as const)
    const seen = lanes.map((lane) => record(tasks, undefined, { lane }))
    const addToAll = async (key: string) => {
      await Promise.all(lanes.map((lane) => tasks.add(lane, [task(key)])))
    }
    await addToAll('a')
    await eventually(() => expect(seen.map((recorder) => recorder.keys())).toEqual(lanes.map(() => ['a'])))
    const other = new pg.Client({ connectionString: database.databaseUrl })
    await other.connect()
    // Autovacuum works in the database, too, and a connection that a test before this one has closed may still be ending.
    const ended = `from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`
    await eventually(async () => expect((await other.query(`select ${ended}`)).rowCount).toBeLessThanOrEqual(5))
    await other.query(`select pg_terminate_backend(pid) ${ended}`)
    await other.end()
    await eventually(() => tasks.ping())
    await addToAll('b')
    await eventually(() => expect(seen.map((recorder) => recorder.keys())).toEqual(lanes.map(() => ['a', 'b'])))
    const startedMs = performance.now()
    for (const [index, key] of ['c', 'd', 'e', 'f'].entries()) {
      await addToAll(key)
      await eventually(() => expect(seen.map((recorder) => recorder.keys().length)).toEqual(lanes.map(() => 3 + index)))
    }
    // A worker without notifications polls every five seconds: four rounds would take it twenty.
    expect(performance.now() - startedMs).toBeLessThan(12_000)
    expect(seen.flatMap((recorder) => recorder.of('queue-unavailable'))).toHaveLength(1)
    await Promise.all(seen.map(({ worker }) => worker.drain(0)))
    await tasks.close()
  })
})
