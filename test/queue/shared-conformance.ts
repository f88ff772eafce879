import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createBoardQueues } from '../../src/queue/bullmq/board-queues.ts'
import { type BullOptions, createBullTasks } from '../../src/queue/bullmq/bull-tasks.ts'
import type { BullTarget } from '../../src/queue/bullmq/servers/bull-target.ts'
import { type Tasks, UnsupportedTask } from '../../src/queue/tasks.ts'
import { eventually } from '../support/eventually.ts'
import { breakableWay } from './breakable.ts'
import { LANE, type Recorder, record, task } from './recorder.ts'

const DOOMED_WORKER = fileURLToPath(new URL('doomed-worker.ts', import.meta.url))

/** Promises of engines that processes share, beyond those of the port. Each test has its own queue. */
export function describeSharedTasks(name: string, newTarget: () => BullTarget): void {
  describe(`processes that share the ${name} queue`, () => {
    let target: BullTarget
    let opened: Tasks[]
    let recorders: Recorder[]

    beforeEach(() => {
      target = newTarget()
      opened = []
      recorders = []
    })

    afterEach(async () => {
      await Promise.all(recorders.map(({ worker }) => worker.drain(0)))
      await Promise.all(opened.map((tasks) => tasks.close()))
    })

    const open = async (options: BullOptions = {}, at: BullTarget = target): Promise<Tasks> => {
      const tasks = await createBullTasks(at, { retryDelayMs: 10, ...options })
      opened.push(tasks)
      return tasks
    }

    const work = (...given: Parameters<typeof record>): Recorder => {
      const recorder = record(...given)
      recorders.push(recorder)
      return recorder
    }

    const kept = async (): Promise<number> => {
      const board = await createBoardQueues(target, [LANE])
      const counts = await board.queues[0]?.getJobCounts('completed')
      await board.close()
      return counts?.['completed'] ?? Number.NaN
    }

    it('does each of many tasks once, and stores nothing of those that no caller waits for', async () => {
      const [first, second] = await Promise.all([open(), open()])
      const keys = Array.from({ length: 2_100 }, (_, index) => `repo-${index}`)
      const seen = [first, second].map((tasks) => work(tasks, undefined, { concurrency: 8 }))
      await first.add(
        LANE,
        keys.map((key) => task(key)),
      )
      const done = () => seen.flatMap((recorder) => recorder.of('task-done').map((event) => event.task.key))
      await eventually(() => expect(done().length).toBeGreaterThanOrEqual(keys.length))
      expect(await first.counts(LANE)).toEqual({ waiting: 0, running: 0, delayed: 0 })
      expect(seen.flatMap((recorder) => recorder.keys()).toSorted()).toEqual(keys.toSorted())
      for (const { events } of seen) expect(events.filter(({ type }) => type !== 'task-done')).toEqual([])
      expect(await kept()).toBe(0)
      await first.run(LANE, task('waited for'), new AbortController().signal)
      expect(await kept()).toBe(1)
    })

    it('gives the task of a killed worker to another worker', async () => {
      const tasks = await open({ lockMs: 400, stalledCheckMs: 200 })
      const doomed = spawn(process.execPath, [DOOMED_WORKER, JSON.stringify(target)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      await tasks.add(LANE, [task('a')])
      expect(String(await once(doomed.stdout, 'data'))).toContain('begun')
      const seen = work(tasks)
      doomed.kill('SIGKILL')
      await once(doomed, 'exit')
      await eventually(() => expect(seen.of('task-done')).toHaveLength(1))
      expect(seen.of('task-stalled').length).toBeGreaterThan(0)
      expect(seen.runs.map(({ task: { key }, attempt }) => [key, attempt])).toEqual([['a', 1]])
      expect(await tasks.counts(LANE)).toEqual({ waiting: 0, running: 0, delayed: 0 })
    })

    it('waits for an unreachable server when a worker starts, reports it once, and begins on recovery', async () => {
      const way = await breakableWay(target)
      const tasks = await open({}, way.target)
      await tasks.add(LANE, [task('a')])
      way.cut()
      const seen = work(tasks)
      await eventually(() => expect(seen.of('queue-unavailable')).toHaveLength(1))
      await way.mend()
      await eventually(() => expect(seen.of('task-done')).toHaveLength(1))
      await eventually(() => expect(seen.of('queue-recovered')).toHaveLength(1))
      expect(seen.of('queue-unavailable')).toHaveLength(1)
      await seen.worker.drain(0)
      await tasks.close()
      way.cut()
    })

    it('leaves an unsupported task to other processes, and reports it once', async () => {
      const [older, newer] = await Promise.all([open({ leaveMs: 20 }), open()])
      const left = work(older, async () => {
        throw new UnsupportedTask('it is of another version')
      })
      const keys = ['a', 'b', 'c', 'd']
      await older.add(
        LANE,
        keys.map((key) => task(key)),
      )
      await eventually(() => expect(left.runs.length).toBeGreaterThan(keys.length))
      const done = work(newer)
      await eventually(() => expect(done.of('task-done')).toHaveLength(keys.length))
      expect(done.runs.every(({ attempt }) => attempt === 1)).toBe(true)
      expect(left.events).toEqual([{ type: 'task-unsupported', lane: LANE, reason: 'it is of another version' }])
    })

    it('gives up a task that no process supported for an hour', async () => {
      const tasks = await open()
      await tasks.add(LANE, [task('a')])
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61 * 60_000 })
      try {
        const seen = work(tasks, async () => {
          throw new UnsupportedTask('it is of another version')
        })
        await eventually(() => expect(seen.of('task-failed')).toHaveLength(1))
      } finally {
        vi.useRealTimers()
      }
    })
  })
}
