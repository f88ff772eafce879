import { TASK_NAMES } from '../config/settings.ts'
import type { ServiceContext } from './context.ts'
import { serveHealth } from './http-server.ts'
import { refuseLoneCatalog, sharedQueueOf } from './open/queue.ts'
import { runService } from './service.ts'

/** Runs the schedule until the process is stopped; does the tasks, too, where no queue is shared with workers. */
export async function keepSchedule(context: ServiceContext): Promise<number> {
  refuseLoneCatalog(context.settings)
  const works = sharedQueueOf(context.settings) === undefined ? TASK_NAMES : []
  await runService({ name: 'schedule', dispatches: true, works }, context, serveHealth)
  return 0
}
