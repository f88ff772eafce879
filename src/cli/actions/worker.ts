import { serveHealth } from '../../service/http-server.ts'
import { requireSharedCatalog, sharedQueueOf } from '../../service/open/queue.ts'
import { runService } from '../../service/service.ts'
import { type CommandContext, UsageError } from '../command.ts'

/** `hubdex worker`: does tasks from a shared queue. */
export async function workerAction(context: CommandContext): Promise<number> {
  const { settings } = context
  if (sharedQueueOf(settings) === undefined) {
    throw new UsageError(
      'A worker needs a shared queue. Expected REDIS_URL, or DATABASE_URL with HUBDEX_QUEUE=postgres. ' +
        '`hubdex up` does everything in one process.',
    )
  }
  requireSharedCatalog(settings)
  await runService({ name: 'worker', isScheduler: false, tasks: settings.tasks }, context, serveHealth)
  return 0
}
