import type { CommandContext } from '../command.ts'
import { serve } from '../http-server.ts'
import { refuseLoneCatalogue } from '../queue.ts'
import { runService } from '../service.ts'

/** `hubdex serve`: the server alone. */
export async function serveAction(context: CommandContext): Promise<number> {
  refuseLoneCatalogue(context.settings)
  await runService({ name: 'serve', dispatches: false, works: [] }, context, serve)
  return 0
}
