import { TASK_NAMES } from '../../config/settings.ts'
import { requireAccessRules } from '../../service/access-rules.ts'
import { serve } from '../../service/http-server.ts'
import { runService } from '../../service/service.ts'
import type { CommandContext } from '../command.ts'

/** `hubdex up`: runs catalog, schedule and server in one process. */
export async function upAction(context: CommandContext): Promise<number> {
  requireAccessRules(context.settings)
  await runService({ name: 'up', isScheduler: true, tasks: TASK_NAMES }, context, serve)
  return 0
}
