import { TASK_NAMES } from '../config/settings.ts'
import type { ServiceContext } from './context.ts'
import { serveHealth } from './http-server.ts'
import { requireSharedCatalog, sharedQueueOf } from './open/queue.ts'
import { runService } from './service.ts'

/** Runs the schedule until the process is stopped. Without a queue shared with workers it also does the tasks. */
export async function runScheduler(context: ServiceContext): Promise<number> {
  requireSharedCatalog(context.settings)
  const tasks = sharedQueueOf(context.settings) === undefined ? TASK_NAMES : []
  await runService({ name: 'schedule', isScheduler: true, tasks }, context, serveHealth)
  return 0
}
