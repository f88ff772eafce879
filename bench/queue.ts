import { createBullTasks } from '../src/queue/bullmq/bull-tasks.ts'
import { createLocalTasks } from '../src/queue/local/local-tasks.ts'
import type { Task, Tasks } from '../src/queue/tasks.ts'
import { startLocalPostgres } from '../test/support/servers/local-postgres.ts'
import { startLocalRedis } from '../test/support/servers/local-redis.ts'

/**
 * Measures the cost of an empty task on each queue engine, added in one batch, with a concurrency of eight in one process:
 * `npm run bench -- queue [tasks]`, 10,000 by default.
 */
const count = Number(process.argv[2] ?? 10_000)
const lane = { name: 'details', budget: 'bench' } as const

const redis = await startLocalRedis()
const postgres = await startLocalPostgres({ isDurable: true })
const engines: (() => Promise<Tasks>)[] = [async () => createLocalTasks()]
if (redis !== undefined) {
  engines.push(() => createBullTasks({ engine: 'redis', redisUrl: redis.url, prefix: 'bench' }))
}
if (postgres !== undefined) {
  engines.push(() => createBullTasks({ engine: 'postgres', databaseUrl: postgres.url, prefix: 'bench' }))
}
for (const open of engines) {
  const tasks = await open()
  const all: Task[] = Array.from({ length: count }, (_, index) => ({
    name: 'details',
    key: `repo-${index}`,
    data: { hubId: `repo-${index}` },
  }))
  const addStartedMs = performance.now()
  await tasks.add(lane, all)
  const addedMs = performance.now() - addStartedMs
  const workStartedMs = performance.now()
  const processor = process.cpuUsage()
  const done = Promise.withResolvers<void>()
  let left = count
  const worker = tasks.work(lane, {
    concurrency: 8,
    run: async () => undefined,
    emit: (event) => {
      if (event.type === 'task-done' && --left === 0) done.resolve()
    },
  })
  await done.promise
  const workedMs = performance.now() - workStartedMs
  const { user, system } = process.cpuUsage(processor)
  await worker.drain(1_000)
  await tasks.close()
  const each = (ms: number) => `${Math.round((ms * 1000) / count)} µs`
  console.log(
    `${tasks.engine}: ${each(addedMs)} to add a task, ${each(workedMs)} to take, do and end it; ` +
      `${Math.round((user + system) / count)} µs of processor time in this process`,
  )
}
await redis?.stop()
await postgres?.stop()
