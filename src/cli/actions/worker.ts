import { serveHealth } from '../../service/http-server.ts'
import { refuseLoneCatalog, sharedQueueOf } from '../../service/open/queue.ts'
import { runService } from '../../service/service.ts'
import { type CommandContext, UsageError } from '../command.ts'

/** `hubdex worker`: does the tasks of a queue that many processes share. */
export async function workerAction(context: CommandContext): Promise<number> {
  const { settings } = context
  if (sharedQueueOf(settings) === undefined) {
    throw new UsageError(
      'A worker takes tasks from a queue that other processes fill, and there is none; expected REDIS_URL, or ' +
        'DATABASE_URL with HUBDEX_QUEUE=postgres. In one process, `hubdex up` does everything.',
    )
  }
  refuseLoneCatalog(settings)
  await runService({ name: 'worker', dispatches: false, works: settings.tasks }, context, serveHealth)
  return 0
}
