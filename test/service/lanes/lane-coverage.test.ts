import { describe, expect, it } from 'vitest'
import { TASK_NAMES } from '../../../src/config/settings.ts'
import { passTask, stageTask } from '../../../src/crawl/tasks/task-data.ts'
import { createLocalTasks } from '../../../src/queue/local/local-tasks.ts'
import { LaneCoverageMonitor } from '../../../src/service/lanes/lane-coverage.ts'
import { LaneRouter } from '../../../src/service/lanes/lane-router.ts'
import { withLaneFailover } from '../../../src/service/lanes/task-producer.ts'
import type { WorkersEvent } from '../../../src/telemetry/events.ts'
import { describeEvent } from '../../../src/telemetry/log-entry.ts'
import { eventually } from '../../support/eventually.ts'

const ALL = { tasks: TASK_NAMES, budgets: ['b'] }

function watched() {
  const events: WorkersEvent[] = []
  const tasks = createLocalTasks()
  const lanes = new LaneRouter(['anonymous'])
  let refreshes = 0
  const parts = { tasks, lanes, refreshes: { length: async () => refreshes } }
  const watch = new LaneCoverageMonitor({ ...parts, graceMs: 0, emit: (event) => events.push(event) })
  const enqueueRefresh = () => refreshes++
  return {
    events,
    tasks,
    lanes,
    parts,
    watch,
    enqueueRefresh,
    lines: () => events.map((event) => describeEvent.workers(event)?.text),
  }
}

describe('tasks that no worker takes', () => {
  it('are told once, with what to do, and make whoever handed them out unwell until a worker comes', async () => {
    const { tasks, lanes, watch, events, lines } = watched()
    const task = stageTask('card', 'x', 0)
    await tasks.add(lanes.of('card', task.key), [task])
    for (let look = 0; look < 3; look++) await watch.look()
    expect(events).toEqual([{ type: 'workers-missing', areAllMissing: true, tasks: ['card'], waiting: 1 }])
    expect(lines()[0]).toMatch(/1 task.*card.*`hubdex worker`.*DATABASE_URL/)
    expect(watch.areWorkersMissing).toBe(true)
    lanes.follow([ALL])
    await watch.look()
    expect(events.at(-1)).toEqual({ type: 'workers-available' })
    expect(watch.areWorkersMissing).toBe(false)
  })

  it('are told by name where the workers that live take others only', async () => {
    const { tasks, lanes, watch, lines } = watched()
    lanes.follow([{ tasks: ['details', 'card'], budgets: ['b'] }])
    await watch.look()
    expect(watch.areWorkersMissing).toBe(false)
    const task = passTask({ kind: 'model', scope: 'full' })
    await tasks.add(lanes.of('pass', task.key), [task])
    await watch.look()
    expect(lines()).toEqual([expect.stringMatching(/pass.*--tasks/)])
  })

  it('are reported, too, where they are refreshes, which wait in no lane', async () => {
    const { lanes, watch, enqueueRefresh, lines } = watched()
    lanes.follow([{ tasks: ['pass', 'details'], budgets: ['b'] }])
    enqueueRefresh()
    await watch.look()
    expect(lines()).toEqual([expect.stringMatching(/1 task waits \(refresh\).*--tasks/)])
    lanes.follow([{ tasks: ['pass', 'refresh'], budgets: ['b'] }])
    await watch.look()
    expect(watch.areWorkersMissing).toBe(false)
  })

  it('are not told before workers have had time to come', async () => {
    const { parts, events } = watched()
    const watch = new LaneCoverageMonitor({ ...parts, emit: (event) => events.push(event) })
    await watch.look()
    expect(events).toEqual([])
  })
})

describe('the lanes that tasks are handed out to', () => {
  it('are those of the workers, with whatever tokens these have, each key always the same', () => {
    const lanes = new LaneRouter(['anonymous'])
    expect(lanes.ofName('card')).toEqual([{ name: 'card', budget: 'anonymous' }])
    lanes.follow([
      { tasks: ['card'], budgets: ['c', 'b'] },
      { tasks: ['card', 'details'], budgets: ['a'] },
    ])
    expect(lanes.ofName('card').map(({ budget }) => budget)).toEqual(['a', 'b', 'c'])
    expect(lanes.ofName('details').map(({ budget }) => budget)).toEqual(['a'])
    expect(lanes.ofName('pass').map(({ budget }) => budget)).toEqual(['anonymous'])
    expect(lanes.of('card', 'some key')).toEqual(lanes.of('card', 'some key'))
    // What waits in lanes that nobody serves is to be seen, too.
    expect(lanes.all).toContainEqual({ name: 'card', budget: 'anonymous' })
  })

  it('take over a task that is waited for, when nobody serves the lane any more in which it stands', async () => {
    const tasks = createLocalTasks()
    const lanes = new LaneRouter(['a'])
    lanes.follow([{ ...ALL, budgets: ['a'] }])
    const task = passTask({ kind: 'model', scope: 'full' })
    const handOut = withLaneFailover(tasks, lanes)
    const end = handOut.tasks.run(lanes.of('pass', task.key), task, new AbortController().signal)
    await eventually(async () => expect((await tasks.counts({ name: 'pass', budget: 'a' })).waiting).toBe(1))
    lanes.follow([])
    expect((await tasks.counts({ name: 'pass', budget: 'b' })).waiting).toBe(0)
    lanes.follow([ALL])
    tasks.work({ name: 'pass', budget: 'b' }, { concurrency: 1, run: async () => ({ by: 'b' }), emit: () => undefined })
    expect(await end).toEqual({ by: 'b' })
    await tasks.close()
  })
})
