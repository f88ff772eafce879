import { setImmediate, setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  GiveUp,
  LanePaused,
  type LaneWorker,
  MAX_ATTEMPTS,
  TaskFailed,
  type TaskHandler,
  type Tasks,
} from '../../src/queue/tasks.ts'
import { eventually } from '../support/eventually.ts'
import { gate, LANE, type Recorder, record, task } from './recorder.ts'

export interface Engine {
  open(options: { retryDelayMs: number }): Promise<Tasks>
}

const never = new AbortController().signal

/** The promises of every engine of the `Tasks` port. Each test has its own queue. */
export function describeTasks(name: string, engine: Engine): void {
  describe(`tasks on the ${name} queue`, () => {
    let tasks: Tasks
    let workers: LaneWorker[]

    beforeEach(async () => {
      workers = []
      tasks = await engine.open({ retryDelayMs: 10 })
    })

    afterEach(async () => {
      await Promise.all(workers.map((worker) => worker.drain(0)))
      await tasks.close()
    })

    const work = (run?: TaskHandler, options?: Parameters<typeof record>[2]): Recorder => {
      const recorder = record(tasks, run, options)
      workers.push(recorder.worker)
      return recorder
    }

    it('does each task that was added and reports it', async () => {
      const seen = work(undefined, { concurrency: 3 })
      expect(
        await tasks.add(
          LANE,
          ['a', 'b', 'c', 'd'].map((key) => task(key)),
        ),
      ).toBe(4)
      await eventually(() => expect(seen.of('task-done')).toHaveLength(4))
      expect(seen.keys().toSorted()).toEqual(['a', 'b', 'c', 'd'])
      expect(seen.runs[0]).toMatchObject({ task: { name: 'details', data: { hubId: 'a' } }, attempt: 1 })
      expect(await tasks.counts(LANE)).toEqual({ waiting: 0, running: 0, delayed: 0 })
    })

    it('adds no task whose key is queued or running, and adds it again after it has ended', async () => {
      const busy = gate()
      expect(await tasks.add(LANE, [task('a'), task('b'), task('a')])).toBe(2)
      expect(await tasks.add(LANE, [task('b'), task('c')])).toBe(1)
      const seen = work(() => busy.passed.then(() => undefined))
      await eventually(() => expect(seen.keys()).toEqual(['a']))
      expect(await tasks.add(LANE, [task('a')])).toBe(0)
      busy.open()
      await eventually(() => expect(seen.of('task-done')).toHaveLength(3))
      expect(await tasks.add(LANE, [task('a')])).toBe(1)
      await eventually(() => expect(seen.keys()).toEqual(['a', 'b', 'c', 'a']))
    })

    it('takes the lowest priority number first, and equal ones in the order of adding', async () => {
      const priorities = { a: 20, b: 3, c: 20, d: 1, e: 2_000_000, f: 3 }
      const added = Object.entries(priorities).map(([key, priority]) => task(key, { priority }))
      await tasks.add(LANE, added)
      const seen = work()
      await eventually(() => expect(seen.of('task-done')).toHaveLength(6))
      expect(seen.keys()).toEqual(['d', 'b', 'f', 'a', 'c', 'e'])
      expect(seen.runs[0]?.task).toEqual(added[3])
    })

    it('works on no more tasks at a time than the concurrency', async () => {
      let running = 0
      let most = 0
      const full = gate()
      const seen = work(
        async () => {
          most = Math.max(most, ++running)
          if (running === 3) full.open()
          await full.passed
          await setTimeout(5)
          running--
          return undefined
        },
        { concurrency: 3 },
      )
      await tasks.add(
        LANE,
        Array.from({ length: 12 }, (_, index) => task(String(index))),
      )
      await eventually(() => expect(seen.of('task-done')).toHaveLength(12))
      expect(most).toBe(3)
    })

    it('keeps lanes apart', async () => {
      const other = { name: 'details', budget: 'b2' } as const
      const first = work()
      const second = work(undefined, { lane: other })
      await tasks.add(LANE, [task('a')])
      await tasks.add(other, [task('a')])
      await eventually(() => expect([first.keys(), second.keys()]).toEqual([['a'], ['a']]))
    })

    it('retries a task that failed, and gives it up after the last attempt', async () => {
      const seen = work(async () => {
        throw new Error('the Hub is down')
      })
      await tasks.add(LANE, [task('a')])
      await eventually(() => expect(seen.of('task-failed')).toHaveLength(1))
      expect(seen.runs.map(({ attempt }) => attempt)).toEqual(Array.from({ length: MAX_ATTEMPTS }, (_, index) => index + 1))
      expect(seen.of('task-retried').map(({ attempt, reason }) => ({ attempt, reason }))).toEqual(
        Array.from({ length: MAX_ATTEMPTS - 1 }, (_, index) => ({ attempt: index + 1, reason: 'the Hub is down' })),
      )
      expect(seen.of('task-failed')[0]).toMatchObject({ task: { key: 'a' }, attempt: 5, reason: 'the Hub is down' })
      expect(await tasks.add(LANE, [task('a')])).toBe(1)
    })

    it('counts tasks that wait for a retry, during which their key is taken', async () => {
      const seen = work(async ({ attempt }) => {
        if (attempt < 4) throw new Error('not yet')
        return undefined
      })
      await tasks.add(LANE, [task('a')])
      await eventually(async () => expect(await tasks.counts(LANE)).toEqual({ waiting: 0, running: 0, delayed: 1 }))
      expect(await tasks.add(LANE, [task('a')])).toBe(0)
      await eventually(() => expect(seen.of('task-done')).toHaveLength(1))
    })

    it('gives up at once when retrying would not help', async () => {
      const seen = work(async () => {
        throw new GiveUp('there is no such repo')
      })
      await expect(tasks.run(LANE, task('a'), never)).rejects.toThrow(new TaskFailed('there is no such repo'))
      await eventually(() => expect(seen.of('task-failed')).toMatchObject([{ attempt: 1 }]))
      expect(seen.runs).toHaveLength(1)
    })

    it('returns the result to the caller that waits for it, and undefined if there is none', async () => {
      work(async ({ task: { key } }) => (key === 'a' ? { pages: 3, note: 'näh' } : undefined))
      expect(await tasks.run(LANE, task('a'), never)).toEqual({ pages: 3, note: 'näh' })
      expect(await tasks.run(LANE, task('b'), never)).toBeUndefined()
    })

    it('lets several callers wait for one task', async () => {
      const busy = gate()
      const seen = work(async () => {
        await busy.passed
        return { pages: 7 }
      })
      const waiting = [1, 2, 3].map(() => tasks.run(LANE, task('a'), never))
      await eventually(() => expect(seen.runs).toHaveLength(1))
      // No event says that all three have asked. They almost always have once several later requests in sequence are answered,
      // and one that has not asked by then rightly runs the task again.
      for (const key of ['b', 'c', 'd', 'e', 'f', 'g']) await tasks.add(LANE, [task(key)])
      expect(await tasks.counts(LANE)).toEqual({ waiting: 6, running: 1, delayed: 0 })
      busy.open()
      expect(await Promise.all(waiting)).toEqual([{ pages: 7 }, { pages: 7 }, { pages: 7 }])
    })

    it('stops waiting when the signal aborts, while the task continues', async () => {
      const busy = gate()
      const seen = work(() => busy.passed.then(() => undefined))
      const stop = new AbortController()
      const waiting = tasks.run(LANE, task('a'), stop.signal)
      await eventually(() => expect(seen.runs).toHaveLength(1))
      stop.abort(new Error('enough'))
      await expect(waiting).rejects.toThrow('enough')
      expect(seen.runs[0]?.signal.aborted).toBe(false)
      busy.open()
      await eventually(() => expect(seen.of('task-done')).toHaveLength(1))
    })

    it('puts back a task that pauses the lane, and takes no other while it is paused', async () => {
      const untilMs = Date.now() + 3_600_000
      const seen = work(() => Promise.reject(new LanePaused(untilMs, 'The disk is full.')))
      await tasks.add(LANE, [task('a'), task('b')])
      await eventually(() =>
        expect(seen.of('lane-paused')).toEqual([{ type: 'lane-paused', lane: LANE, untilMs, reason: 'The disk is full.' }]),
      )
      await eventually(async () => expect(await tasks.counts(LANE)).toMatchObject({ waiting: 2, running: 0 }))
      expect(await tasks.add(LANE, [task('a')])).toBe(0)
      expect(seen.keys()).toEqual(['a'])
    })

    it('pauses the lane until the given time, at no cost for the task', async () => {
      let untilMs = 0
      const startedMs: number[] = []
      const seen = work(async () => {
        startedMs.push(Date.now())
        if (startedMs.length > 1) return undefined
        untilMs = Date.now() + 300
        throw new LanePaused(untilMs, 'The disk is full.')
      })
      await tasks.add(LANE, [task('a'), task('b')])
      await eventually(() => expect(seen.of('task-done')).toHaveLength(2))
      expect(seen.keys()).toEqual(['a', 'a', 'b'])
      expect(Math.min(...startedMs.slice(1))).toBeGreaterThanOrEqual(untilMs)
      expect(seen.runs.map(({ attempt }) => attempt)).toEqual([1, 1, 1])
      expect(seen.events.map(({ type }) => type)).not.toContain('task-retried')
    })

    it('pauses one lane and no other', async () => {
      const seen = work(() => Promise.reject(new LanePaused(Date.now() + 3_600_000, 'The disk is full.')))
      const other = { name: 'details', budget: 'b2' } as const
      work(undefined, { lane: other })
      await tasks.add(LANE, [task('a')])
      await eventually(() => expect(seen.of('lane-paused')).toHaveLength(1))
      await tasks.run(other, task('a'), never)
      expect(seen.runs).toHaveLength(1)
    })

    it('keeps a lane paused when a task pauses it until an earlier time', async () => {
      let untilMs = 0
      const [both, longer] = [gate(), gate()]
      const seen = work(
        async ({ task: { key }, attempt }) => {
          if (seen.runs.length > 2) return { atMs: Date.now(), attempt }
          if (seen.runs.length === 2) both.open()
          await both.passed
          if (key === 'a') {
            untilMs = Date.now() + 400
            longer.open()
            throw new LanePaused(untilMs, key)
          }
          // While the longer pause is being stored.
          await longer.passed
          await setImmediate()
          throw new LanePaused(untilMs - 300, key)
        },
        { concurrency: 2 },
      )
      const ends = ['a', 'b'].map((key) => tasks.run(LANE, task(key), never))
      for (const end of await Promise.all(ends)) expect(end?.['atMs']).toBeGreaterThanOrEqual(untilMs)
      expect(seen.of('lane-paused').map((event) => event.untilMs)).toContain(untilMs)
    })

    it('lets in-flight tasks end within the shutdown timeout, and takes no new one', async () => {
      const busy = gate()
      const seen = work(() => busy.passed.then(() => undefined))
      await tasks.add(LANE, [task('a'), task('b')])
      await eventually(() => expect(seen.runs).toHaveLength(1))
      const drained = seen.worker.drain(10_000)
      busy.open()
      await drained
      expect(seen.keys()).toEqual(['a'])
      expect(seen.of('task-done')).toHaveLength(1)
      expect(await tasks.counts(LANE)).toEqual({ waiting: 1, running: 0, delayed: 0 })
    })

    it('aborts in-flight tasks after the shutdown timeout, and gives them at no cost to the next worker', async () => {
      const seen = work(
        ({ signal }) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason))
          }),
      )
      await tasks.add(LANE, [task('a'), task('b')])
      await eventually(() => expect(seen.runs).toHaveLength(1))
      await seen.worker.drain(20)
      expect(seen.runs[0]?.signal.aborted).toBe(true)
      expect(await tasks.counts(LANE)).toEqual({ waiting: 2, running: 0, delayed: 0 })
      const next = work()
      await eventually(() => expect(next.of('task-done')).toHaveLength(2))
      expect(next.keys()).toEqual(['a', 'b'])
      expect(next.runs[0]?.attempt).toBe(1)
    })

    it('puts back a task that stops because of draining, long before the shutdown timeout is over', async () => {
      const seen = work(
        ({ draining }) =>
          new Promise((_, reject) => {
            draining.addEventListener('abort', () => reject(draining.reason))
          }),
      )
      await tasks.add(LANE, [task('a'), task('b')])
      await eventually(() => expect(seen.runs).toHaveLength(1))
      await seen.worker.drain(3_600_000)
      expect(seen.runs[0]?.signal.aborted).toBe(false)
      expect(await tasks.counts(LANE)).toEqual({ waiting: 2, running: 0, delayed: 0 })
      const next = work()
      await eventually(() => expect(next.of('task-done')).toHaveLength(2))
      expect(next.runs.map(({ task: { key }, attempt }) => [key, attempt])).toEqual([
        ['a', 1],
        ['b', 1],
      ])
    })

    it('drains at once when it is idle', async () => {
      const seen = work()
      await tasks.run(LANE, task('a'), never)
      // Far longer than a test may take.
      await seen.worker.drain(3_600_000)
    })

    it('enqueues a repeated task every so often, once however many callers ask, and not while it runs', async () => {
      const busy = gate()
      const seen = work(
        async () => {
          await busy.passed
          return undefined
        },
        { concurrency: 4 },
      )
      const fromMs = performance.now()
      await Promise.all([1, 2, 3].map(() => tasks.repeat(LANE, task('tick'), 60)))
      await eventually(() => expect(seen.runs).toHaveLength(1))
      await setTimeout(200)
      expect(seen.runs).toHaveLength(1)
      busy.open()
      await eventually(() => expect(seen.runs.length).toBeGreaterThanOrEqual(5))
      // A busy machine may run them unevenly: one at each end of the time, and one every 60 ms between.
      expect(seen.runs.length).toBeLessThanOrEqual((performance.now() - fromMs) / 60 + 2)
      expect(await tasks.counts(LANE)).toMatchObject({ delayed: 0 })
    })

    it('is never silent for long while it works, and answers pings', async () => {
      const seen = work()
      await tasks.run(LANE, task('a'), never)
      await eventually(() => expect(seen.worker.silentMs()).toBeLessThan(5000))
      await expect(tasks.ping()).resolves.toBeUndefined()
    })
  })
}
