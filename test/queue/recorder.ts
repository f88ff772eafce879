import type { Lane, LaneWorker, Task, TaskEvent, TaskHandler, TaskRun, Tasks } from '../../src/queue/tasks.ts'

export const LANE: Lane = { name: 'details', budget: 'a1' }

export function task(key: string, more: Partial<Task> = {}): Task {
  return { name: LANE.name, key, data: { hubId: key }, ...more }
}

/** A worker that records its runs and events. */
export interface Recorder {
  worker: LaneWorker
  runs: TaskRun[]
  events: TaskEvent[]
  /** Keys of the runs, in the order in which they began. */
  keys(): string[]
  of<Type extends TaskEvent['type']>(type: Type): Extract<TaskEvent, { type: Type }>[]
}

export function record(
  tasks: Tasks,
  run: TaskHandler = async () => undefined,
  { lane = LANE, concurrency = 1 }: { lane?: Lane; concurrency?: number } = {},
): Recorder {
  const runs: TaskRun[] = []
  const events: TaskEvent[] = []
  const worker = tasks.work(lane, {
    concurrency,
    run: (given) => {
      runs.push(given)
      return run(given)
    },
    emit: (event) => events.push(event),
  })
  return {
    worker,
    runs,
    events,
    keys: () => runs.map((given) => given.task.key),
    of: (type) => events.filter((event) => event.type === type) as never,
  }
}

/** Something that a handler waits for until the test opens it. */
export function gate(): { passed: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { passed: promise, open: resolve }
}
