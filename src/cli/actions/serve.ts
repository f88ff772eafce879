import { serve } from '../../service/http-server.ts'
import { refuseLoneCatalog } from '../../service/open/queue.ts'
import { runService } from '../../service/service.ts'
import type { CommandContext } from '../command.ts'

/** `hubdex serve`: runs the server alone. */
export async function serveAction(context: CommandContext): Promise<number> {
  refuseLoneCatalog(context.settings)
  await runService({ name: 'serve', dispatches: false, works: [] }, context, serve)
  return 0
}
