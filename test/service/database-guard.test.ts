import pg from 'pg'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLocalTasks } from '../../src/queue/local/local-tasks.ts'
import type { TaskEvent, TaskHandler, Tasks } from '../../src/queue/tasks.ts'
import { withDatabaseGuard } from '../../src/service/database-guard.ts'
import { eventually } from '../support/eventually.ts'

const LANE = { name: 'card', budget: 'anonymous' } as const
const TASK = { name: 'card', key: 'a', data: {} } as const

let tasks: Tasks
beforeEach(() => {
  tasks = createLocalTasks({ retryDelayMs: 10 })
})
afterEach(() => tasks.close())

/** Runs one task with this handler, over a catalog that is available or not. */
function work(handler: TaskHandler, isAvailable: () => boolean) {
  const events: TaskEvent[] = []
  const unwritable: unknown[] = []
  const heartbeat = {
    renew: async () => {
      if (!isAvailable()) throw new Error('The catalog is unreachable.')
    },
    markUnwritable: (error: unknown) => void unwritable.push(error),
  }
  const run = withDatabaseGuard(handler, heartbeat)
  const worker = tasks.work(LANE, { concurrency: 1, run, emit: (event) => events.push(event) })
  const end = tasks.run(LANE, TASK, new AbortController().signal)
  end.catch(() => undefined)
  return { events, unwritable, worker, end }
}

it('a task waits while the catalog is unreachable, which uses no attempt', async () => {
  let isAvailable = false
  let checks = 0
  const { events, end, worker } = work(
    async ({ attempt }) => {
      if (!isAvailable) await new pg.Client('postgres://127.0.0.1:1/x').connect()
      return { attempt }
    },
    () => {
      checks++
      return isAvailable
    },
  )
  await eventually(() => expect(checks).toBeGreaterThan(0))
  isAvailable = true
  expect(await end).toEqual({ attempt: 1 })
  expect(events.map(({ type }) => type)).toEqual(['task-done'])
  await worker.drain(0)
})

it('a task that waits for the catalog is queued again when the process ends', async () => {
  let attempts = 0
  const { events, worker } = work(
    async () => {
      attempts++
      await new pg.Client('postgres://127.0.0.1:1/x').connect()
      return undefined
    },
    () => false,
  )
  await eventually(() => expect(attempts).toBe(1))
  await worker.drain(5_000)
  expect((await tasks.counts(LANE)).waiting).toBe(1)
  expect(events).toEqual([])
})

it('a full disk pauses the lane, and marks the catalog as unwritable', async () => {
  const full = Object.assign(new Error('could not extend file: No space left on device'), { code: '53100' })
  const { events, unwritable, worker } = work(
    () => Promise.reject(full),
    () => true,
  )
  await eventually(() =>
    expect(events).toMatchObject([{ type: 'lane-paused', reason: expect.stringContaining('No space left on device') }]),
  )
  expect(unwritable).toEqual([full])
  await worker.drain(0)
})

it('the lane of a waiting task is paused, too, when the catalog comes back with a full disk', async () => {
  const errors = [
    Object.assign(new Error('terminating connection because of crash of another server process'), { code: '57P02' }),
    Object.assign(new Error('could not write: No space left on device'), { code: '53100' }),
  ]
  let checks = 0
  const { events, unwritable, worker } = work(
    () => Promise.reject(errors.shift()),
    () => checks++ > 0,
  )
  await eventually(() => expect(events.map(({ type }) => type)).toEqual(['lane-paused']))
  expect(unwritable).toHaveLength(1)
  await worker.drain(0)
})
