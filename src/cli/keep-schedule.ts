import { TASK_NAMES } from '../config/settings.ts'
import type { CommandContext } from './command.ts'
import { operate } from './operations.ts'
import { refuseLoneCatalogue, sharedQueueOf } from './queue.ts'
import { serveHealth } from './serving.ts'

/** Runs the schedule until the process is stopped; does the tasks, too, where no queue is shared with workers. */
export async function keepSchedule(context: CommandContext): Promise<number> {
  refuseLoneCatalogue(context.settings)
  const works = sharedQueueOf(context.settings) === undefined ? TASK_NAMES : []
  await operate({ name: 'schedule', dispatches: true, works }, context, serveHealth)
  return 0
}
