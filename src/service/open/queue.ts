import type { Settings } from '../../config/settings.ts'
import { SettingsError } from '../../config/settings-error.ts'
import type { BoardQueues } from '../../queue/bullmq/board-queues.ts'
import type { BullTarget } from '../../queue/bullmq/servers/bull-target.ts'
import { createLocalTasks } from '../../queue/local/local-tasks.ts'
import type { Tasks } from '../../queue/tasks.ts'
import { LaneRouter } from '../lanes/lane-router.ts'
import { budgetsOf } from './hub.ts'

/** The configured queue, and its lanes. */
export interface OpenQueue {
  tasks: Tasks
  lanes: LaneRouter
}

/** @throws QueueUnavailable if the queue's server cannot store tasks; its message says what to do */
export async function openQueue(settings: Settings): Promise<OpenQueue> {
  const target = sharedQueueOf(settings)
  const tasks = target === undefined ? createLocalTasks() : await openShared(target)
  return { tasks, lanes: new LaneRouter(budgetsOf(settings)) }
}

/** Loads BullMQ and its drivers only now, because most catalogs have no shared queue. */
async function openShared(target: BullTarget): Promise<Tasks> {
  const { createBullTasks } = await import('../../queue/bullmq/bull-tasks.ts')
  return await createBullTasks(target)
}

/** The server of the queue that several processes share; undefined if tasks are queued in the process. */
export function sharedQueueOf({ queue, redisUrl, databaseUrl, queuePrefix: prefix }: Settings): BullTarget | undefined {
  if (queue === 'postgres' && databaseUrl !== undefined) return { engine: 'postgres', databaseUrl, prefix }
  if (queue !== 'local' && queue !== 'postgres' && redisUrl !== undefined) return { engine: 'redis', redisUrl, prefix }
  return undefined
}

/** @throws SettingsError if this process would share a queue but not the catalog */
export function requireSharedCatalog(settings: Settings): void {
  if (sharedQueueOf(settings) === undefined || settings.databaseUrl !== undefined) return
  throw new SettingsError([
    'REDIS_URL is set but DATABASE_URL is not: this process would share its tasks with other processes, but do them on its ' +
      'own embedded catalog. Expected both; or neither, with `hubdex up`, which does everything in one process.',
  ])
}

/** Opens all lanes for the dashboard; undefined if tasks are queued in the process. */
export function boardQueuesOf(settings: Settings, lanes: LaneRouter): (() => Promise<BoardQueues>) | undefined {
  const target = sharedQueueOf(settings)
  if (target === undefined) return undefined
  return async () => {
    const { createBoardQueues } = await import('../../queue/bullmq/board-queues.ts')
    return await createBoardQueues(target, lanes.all)
  }
}
