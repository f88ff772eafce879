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

/** What becomes of a task while the catalog is as told. */
function work(handler: TaskHandler, isWell: () => boolean) {
  const events: TaskEvent[] = []
  const reported: unknown[] = []
  const heartbeat = {
    beat: async () => {
      if (!isWell()) throw new Error('The catalog is away.')
    },
    report: (error: unknown) => void reported.push(error),
  }
  const run = withDatabaseGuard(handler, heartbeat)
  const worker = tasks.work(LANE, { concurrency: 1, run, emit: (event) => events.push(event) })
  const end = tasks.run(LANE, TASK, new AbortController().signal)
  end.catch(() => undefined)
  return { events, reported, worker, end }
}

it('a task that finds the catalog away is held until it is there again, and costs no attempt', async () => {
  let isWell = false
  let looks = 0
  const { events, end, worker } = work(
    async ({ attempt }) => {
      if (!isWell) await new pg.Client('postgres://127.0.0.1:1/x').connect()
      return { attempt }
    },
    () => {
      looks++
      return isWell
    },
  )
  await eventually(() => expect(looks).toBeGreaterThan(0))
  isWell = true
  expect(await end).toEqual({ attempt: 1 })
  expect(events.map(({ type }) => type)).toEqual(['task-done'])
  await worker.drain(0)
})

it('a task that finds the catalog away is put back when the process ends', async () => {
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

it('a task that finds a full disk rests with its lane, and is told to whoever tells how the catalog is', async () => {
  const full = Object.assign(new Error('could not extend file: No space left on device'), { code: '53100' })
  const { events, reported, worker } = work(
    () => Promise.reject(full),
    () => true,
  )
  await eventually(() =>
    expect(events).toMatchObject([{ type: 'lane-paused', reason: expect.stringContaining('No space left on device') }]),
  )
  expect(reported).toEqual([full])
  await worker.drain(0)
})

it('a task that was held rests, too, when the catalog comes back full', async () => {
  const errors = [
    Object.assign(new Error('terminating connection because of crash of another server process'), { code: '57P02' }),
    Object.assign(new Error('could not write: No space left on device'), { code: '53100' }),
  ]
  let looks = 0
  const { events, reported, worker } = work(
    () => Promise.reject(errors.shift()),
    () => looks++ > 0,
  )
  await eventually(() => expect(events.map(({ type }) => type)).toEqual(['lane-paused']))
  expect(reported).toHaveLength(1)
  await worker.drain(0)
})
