import type { CommandContext } from '../command.ts'
import { operate } from '../operations.ts'
import { refuseLoneCatalogue } from '../queue.ts'
import { serve } from '../serving.ts'

/** `hubdex serve`: the server alone. */
export async function serveAction(context: CommandContext): Promise<number> {
  refuseLoneCatalogue(context.settings)
  await operate({ name: 'serve', dispatches: false, works: [] }, context, serve)
  return 0
}
