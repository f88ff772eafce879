import type { Lanes } from '../../crawl/tasks/lanes.ts'
import type { Lane, Task, TaskData, Tasks } from '../../queue/tasks.ts'
import type { LaneRouter } from './lane-router.ts'

/** The part of the queue that enqueues tasks. */
export interface TaskProducer {
  tasks: Pick<Tasks, 'add' | 'run' | 'counts'>
  lanes: Lanes
}

/** Moves a task that a caller waits for into another lane, if no worker serves its lane any more and one serves the other. */
export function withLaneFailover(tasks: Tasks, lanes: LaneRouter): TaskProducer {
  const run = async (first: Lane, task: Task, signal: AbortSignal): Promise<TaskData | undefined> => {
    for (let lane = first; ; lane = lanes.of(task.name, task.key)) {
      const failover = new AbortController()
      const unsubscribe = lanes.onWorkersChange(() => {
        if (!lanes.isServed(lane) && lanes.isServed(lanes.of(task.name, task.key))) failover.abort()
      })
      try {
        return await tasks.run(lane, task, AbortSignal.any([signal, failover.signal]))
      } catch (error) {
        if (!failover.signal.aborted || signal.aborted) throw error
      } finally {
        unsubscribe()
      }
    }
  }
  return { lanes, tasks: { run, add: (lane, some) => tasks.add(lane, some), counts: (lane) => tasks.counts(lane) } }
}

/** The id of the run that enqueued a task, if one did. */
export function runOf({ data }: Task): string | undefined {
  return typeof data['run'] === 'string' ? data['run'] : undefined
}

/** Gives each task the id of the run that enqueues it, which then appears in the logs of all processes. */
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
