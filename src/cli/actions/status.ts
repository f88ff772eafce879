import { toJson } from '../../output/json.ts'
import { openExistingCatalog } from '../../service/open/catalog.ts'
import { readFullStatus } from '../../service/status/full-status.ts'
import type { CommandContext } from '../command.ts'
import { withInvocation } from '../invocation.ts'
import { statusReport } from '../reports/status.ts'

/** `hubdex status`: shows how complete and fresh the catalog is. */
export async function statusAction(context: CommandContext, { exact }: { exact?: boolean }): Promise<number> {
  await using catalog = await openExistingCatalog(context)
  const status = await readFullStatus(context.settings, catalog, { isScheduler: false, isExact: exact === true })
  const text = context.json ? toJson(status, 2) : statusReport(status, context.width)
  context.print(withInvocation(text, context.invocation))
  return 0
}
