import type { Settings } from '../../config/settings.ts'
import { SettingsError } from '../../config/settings-error.ts'
import type { BoardQueues } from '../../queue/bullmq/board-queues.ts'
import type { BullTarget } from '../../queue/bullmq/servers/bull-target.ts'
import { createLocalTasks } from '../../queue/local/local-tasks.ts'
import type { Tasks } from '../../queue/tasks.ts'
import { LaneRouter } from '../lanes/lane-router.ts'
import { budgetsOf } from './hub.ts'

/** The queue that the settings name, and its lines. */
export interface OpenQueue {
  tasks: Tasks
  lanes: LaneRouter
}

/** @throws QueueUnavailable when the queue's server cannot carry tasks; its message says what to do */
export async function openQueue(settings: Settings): Promise<OpenQueue> {
  const target = sharedQueueOf(settings)
  const tasks = target === undefined ? createLocalTasks() : await openShared(target)
  return { tasks, lanes: new LaneRouter(budgetsOf(settings)) }
}

/** BullMQ and its drivers are loaded only here and for the dashboard: most catalogs have no shared queue. */
async function openShared(target: BullTarget): Promise<Tasks> {
  const { createBullTasks } = await import('../../queue/bullmq/bull-tasks.ts')
  return await createBullTasks(target)
}

/** The server that tasks of many processes wait on; undefined where they wait in the process. */
export function sharedQueueOf({ queue, redisUrl, databaseUrl, queuePrefix: prefix }: Settings): BullTarget | undefined {
  if (queue === 'postgres' && databaseUrl !== undefined) return { engine: 'postgres', databaseUrl, prefix }
  if (queue !== 'local' && queue !== 'postgres' && redisUrl !== undefined) return { engine: 'redis', redisUrl, prefix }
  return undefined
}

/**
 * For commands that share their work with others through a queue.
 *
 * @throws SettingsError when they would do it on a catalog that the others do not have
 */
export function refuseLoneCatalog(settings: Settings): void {
  if (sharedQueueOf(settings) === undefined || settings.databaseUrl !== undefined) return
  throw new SettingsError([
    'There is a REDIS_URL and no DATABASE_URL: this process would share its tasks with others, and do them on an embedded ' +
      'catalog of its own. Expected both; or neither, and `hubdex up`, which does everything in one process.',
  ])
}

/** How to open all lines for the dashboard; undefined where tasks wait in the process. */
export function boardQueuesOf(settings: Settings, lanes: LaneRouter): (() => Promise<BoardQueues>) | undefined {
  const target = sharedQueueOf(settings)
  if (target === undefined) return undefined
  return async () => {
    const { createBoardQueues } = await import('../../queue/bullmq/board-queues.ts')
    return await createBoardQueues(target, lanes.all)
  }
}
