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

function monitored() {
  const events: WorkersEvent[] = []
  const tasks = createLocalTasks()
  const lanes = new LaneRouter(['anonymous'])
  let refreshes = 0
  const parts = { tasks, lanes, refreshes: { length: async () => refreshes } }
  const monitor = new LaneCoverageMonitor({ ...parts, graceMs: 0, emit: (event) => events.push(event) })
  const enqueueRefresh = () => refreshes++
  return {
    ...{ events, tasks, lanes, parts, monitor, enqueueRefresh },
    lines: () => events.map((event) => describeEvent.workers(event)?.text),
  }
}

describe('tasks that no worker takes', () => {
  it('are reported once, with what to do, and count as missing workers until one comes', async () => {
    const { tasks, lanes, monitor, events, lines } = monitored()
    const task = stageTask('card', 'x', 0)
    await tasks.add(lanes.of('card', task.key), [task])
    for (let check = 0; check < 3; check++) await monitor.check()
    expect(events).toEqual([{ type: 'workers-missing', areAllMissing: true, tasks: ['card'], waiting: 1 }])
    expect(lines()[0]).toMatch(/1 task.*card.*`hubdex worker`.*DATABASE_URL/)
    expect(monitor.areWorkersMissing).toBe(true)
    lanes.setWorkers([ALL])
    await monitor.check()
    expect(events.at(-1)).toEqual({ type: 'workers-available' })
    expect(monitor.areWorkersMissing).toBe(false)
  })

  it('are reported by name if live workers take other tasks only', async () => {
    const { tasks, lanes, monitor, lines } = monitored()
    lanes.setWorkers([{ tasks: ['details', 'card'], budgets: ['b'] }])
    await monitor.check()
    expect(monitor.areWorkersMissing).toBe(false)
    const task = passTask({ kind: 'model', scope: 'full' })
    await tasks.add(lanes.of('pass', task.key), [task])
    await monitor.check()
    expect(lines()).toEqual([expect.stringMatching(/pass.*--tasks/)])
  })

  it('are reported, too, if they are refreshes, which wait in no lane', async () => {
    const { lanes, monitor, enqueueRefresh, events } = monitored()
    lanes.setWorkers([{ tasks: ['pass', 'details'], budgets: ['b'] }])
    enqueueRefresh()
    await monitor.check()
    expect(events).toEqual([{ type: 'workers-missing', areAllMissing: false, tasks: ['refresh'], waiting: 1 }])
    lanes.setWorkers([{ tasks: ['pass', 'refresh'], budgets: ['b'] }])
    await monitor.check()
    expect(monitor.areWorkersMissing).toBe(false)
  })

  it('are not reported before workers have had time to start', async () => {
    const { parts, events } = monitored()
    const monitor = new LaneCoverageMonitor({ ...parts, emit: (event) => events.push(event) })
    await monitor.check()
    expect(events).toEqual([])
  })
})

describe('the lanes for new tasks', () => {
  it('are those of the workers, whatever their tokens, and the same key gets the same lane', () => {
    const lanes = new LaneRouter(['anonymous'])
    expect(lanes.ofName('card')).toEqual([{ name: 'card', budget: 'anonymous' }])
    lanes.setWorkers([
      { tasks: ['card'], budgets: ['c', 'b'] },
      { tasks: ['card', 'details'], budgets: ['a'] },
    ])
    expect(lanes.ofName('card').map(({ budget }) => budget)).toEqual(['a', 'b', 'c'])
    expect(lanes.ofName('details').map(({ budget }) => budget)).toEqual(['a'])
    expect(lanes.ofName('pass').map(({ budget }) => budget)).toEqual(['anonymous'])
    expect(lanes.of('card', 'some key')).toEqual(lanes.of('card', 'some key'))
    // Lanes without a worker are shown, too.
    expect(lanes.all).toContainEqual({ name: 'card', budget: 'anonymous' })
  })

  it('take over an awaited task when no worker serves its lane any more', async () => {
    const tasks = createLocalTasks()
    const lanes = new LaneRouter(['a'])
    lanes.setWorkers([{ ...ALL, budgets: ['a'] }])
    const task = passTask({ kind: 'model', scope: 'full' })
    const producer = withLaneFailover(tasks, lanes)
    const end = producer.tasks.run(lanes.of('pass', task.key), task, new AbortController().signal)
    await eventually(async () => expect((await tasks.counts({ name: 'pass', budget: 'a' })).waiting).toBe(1))
    lanes.setWorkers([])
    expect((await tasks.counts({ name: 'pass', budget: 'b' })).waiting).toBe(0)
    lanes.setWorkers([ALL])
    tasks.work({ name: 'pass', budget: 'b' }, { concurrency: 1, run: async () => ({ by: 'b' }), emit: () => undefined })
    expect(await end).toEqual({ by: 'b' })
    await tasks.close()
  })
})
