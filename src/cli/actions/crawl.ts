import { PASS_KINDS, type PassScope, type Stage } from '../../catalog/schema.ts'
import { openCatalog } from '../../service/open/catalog.ts'
import { claimCatalog } from '../../service/open/claim-catalog.ts'
import { passKind } from '../arguments.ts'
import type { CommandContext } from '../command.ts'
import { runCrawl } from '../crawl-run.ts'
import { EXIT_FAILED } from '../exit-codes.ts'
import { crawlReport, reportTable } from '../reports/crawl.ts'
import { EXIT_STOPPED } from '../stop-signals.ts'

interface CrawlFlags {
  scope: PassScope
  limit?: number
  maxRequests?: number
  stages: Stage[]
  stageRequests: number
}

/** `hubdex crawl`: crawls the Hub's listings into the catalog and the search index once. */
export async function crawlAction(context: CommandContext, flags: CrawlFlags, names: string[]): Promise<number> {
  const kinds = names.length === 0 ? PASS_KINDS : [...new Set(names.map(passKind))]
  await using catalog = await openCatalog(context)
  await claimCatalog(context, catalog)
  const result = await runCrawl(context, catalog, {
    kinds,
    scope: flags.scope,
    maxRepos: flags.limit,
    maxRequests: flags.maxRequests,
    // A crawl of tags alone runs no stages.
    stages: kinds.some((kind) => kind !== 'tags') ? flags.stages : [],
    stageRequests: flags.stageRequests,
  })
  const report = crawlReport(result)
  context.answer(report, () => reportTable(report))
  if (context.signal.aborted) return EXIT_STOPPED
  return result.passes.some((pass) => pass.state === 'failed') ? EXIT_FAILED : 0
}
