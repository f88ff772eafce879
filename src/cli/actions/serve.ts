import { requireAccessRules } from '../../service/access-rules.ts'
import { serve } from '../../service/http-server.ts'
import { requireSharedCatalog } from '../../service/open/queue.ts'
import { runService } from '../../service/service.ts'
import type { CommandContext } from '../command.ts'

/** `hubdex serve`: runs the server alone. */
export async function serveAction(context: CommandContext): Promise<number> {
  requireSharedCatalog(context.settings)
  requireAccessRules(context.settings)
  await runService({ name: 'serve', isScheduler: false, tasks: [] }, context, serve)
  return 0
}
