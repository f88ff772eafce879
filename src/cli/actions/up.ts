import { TASK_NAMES } from '../../config/settings.ts'
import type { CommandContext } from '../command.ts'
import { operate } from '../operations.ts'
import { serve } from '../serving.ts'

/** `hubdex up`: catalog, schedule and server in one process. */
export async function upAction(context: CommandContext): Promise<number> {
  await operate({ name: 'up', dispatches: true, works: TASK_NAMES }, context, serve)
  return 0
}
