import type { Lanes } from '../../crawl/tasks/lanes.ts'
import type { Lane, Task, TaskData, Tasks } from '../../queue/tasks.ts'
import type { LaneRouter } from './lane-router.ts'

/** What those need of the queue who hand tasks out. */
export interface TaskProducer {
  tasks: Pick<Tasks, 'add' | 'run' | 'counts'>
  lanes: Lanes
}

/** A task that is waited for goes into another lane when nobody serves the one that it stands in any more. */
export function withLaneFailover(tasks: Tasks, lanes: LaneRouter): TaskProducer {
  const run = async (first: Lane, task: Task, signal: AbortSignal): Promise<TaskData | undefined> => {
    for (let lane = first; ; lane = lanes.of(task.name, task.key)) {
      const left = new AbortController()
      const stop = lanes.onLook(() => {
        if (!lanes.isServed(lane) && lanes.isServed(lanes.of(task.name, task.key))) left.abort()
      })
      try {
        return await tasks.run(lane, task, AbortSignal.any([signal, left.signal]))
      } catch (error) {
        if (!left.signal.aborted || signal.aborted) throw error
      } finally {
        stop()
      }
    }
  }
  return { lanes, tasks: { run, add: (lane, some) => tasks.add(lane, some), counts: (lane) => tasks.counts(lane) } }
}

/** The number of the run that handed a task out, where one did. */
export function runOf({ data }: Task): string | undefined {
  return typeof data['run'] === 'string' ? data['run'] : undefined
}

/** Gives each task the number of the run that hands it out, which the logs of all processes then tell. */
export function withRunId({ tasks, lanes }: TaskProducer, runId: string): TaskProducer {
  const stamped = (task: Task): Task => ({ ...task, data: { ...task.data, run: runId } })
  return {
    lanes,
    tasks: {
      add: (lane, some) => tasks.add(lane, some.map(stamped)),
      run: (lane, task, signal) => tasks.run(lane, stamped(task), signal),
      counts: (lane) => tasks.counts(lane),
    },
  }
}
