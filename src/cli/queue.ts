import type { Settings } from '../config/settings.ts'
import { createLanes, type Lanes } from '../crawl/tasks/lanes.ts'
import { type BoardQueues, createBoardQueues } from '../queue/bullmq/board-queues.ts'
import type { BullTarget } from '../queue/bullmq/bull-target.ts'
import { createBullTasks } from '../queue/bullmq/bull-tasks.ts'
import { createLocalTasks } from '../queue/local/local-tasks.ts'
import type { Lane, Tasks } from '../queue/tasks.ts'
import { budgetsOf } from './hub.ts'

/** The queue that the settings name, and its lines. */
export interface OpenQueue {
  tasks: Tasks
  lanes: Lanes
}

/** @throws QueueUnavailable when the queue's server cannot carry tasks; its message says what to do */
export async function openQueue(settings: Settings): Promise<OpenQueue> {
  const target = sharedQueueOf(settings)
  return {
    tasks: target === undefined ? createLocalTasks() : await createBullTasks(target),
    lanes: createLanes(budgetsOf(settings)),
  }
}

/** The server that tasks of many processes wait on; undefined where they wait in the process. */
export function sharedQueueOf({ queue, redisUrl, databaseUrl, queuePrefix: prefix }: Settings): BullTarget | undefined {
  if (queue === 'postgres' && databaseUrl !== undefined) return { engine: 'postgres', databaseUrl, prefix }
  if (queue !== 'local' && queue !== 'postgres' && redisUrl !== undefined) return { engine: 'redis', redisUrl, prefix }
  return undefined
}

/** How to open all lines for the dashboard; undefined where tasks wait in the process. */
export function boardQueuesOf(settings: Settings): (() => Promise<BoardQueues>) | undefined {
  const target = sharedQueueOf(settings)
  const lanes: readonly Lane[] = createLanes(budgetsOf(settings)).all
  return target === undefined ? undefined : () => createBoardQueues(target, lanes)
}
