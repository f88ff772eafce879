import { PASS_KINDS, type PassKind, type PassScope, type Stage } from '../../catalog/schema.ts'
import { isRepoKind } from '../../hub/kinds.ts'
import { openCatalog } from '../../service/open/catalog.ts'
import { claimCatalog } from '../../service/open/claim-catalog.ts'
import { type CommandContext, UsageError } from '../command.ts'
import { runCrawl } from '../crawl/crawl-run.ts'
import { EXIT_FAILED } from '../exit-codes.ts'
import { passKind } from '../input/arguments.ts'
import { crawlReport, reportTable } from '../reports/crawl.ts'
import { EXIT_STOPPED } from '../stop-signals.ts'

interface CrawlFlags {
  scope: PassScope
  limit?: number
  maxRequests?: number
  stages: Stage[]
  stageRequests: number
  owner?: string[]
}

/** `hubdex crawl`: crawls the Hub's listings into the catalog and the search index once. */
export async function crawlAction(context: CommandContext, flags: CrawlFlags, names: string[]): Promise<number> {
  const kinds = names.length === 0 ? PASS_KINDS : [...new Set(names.map(passKind))]
  if (flags.owner !== undefined) checkOwners(flags, kinds)
  await using catalog = await openCatalog(context)
  await claimCatalog(context, catalog)
  const result = await runCrawl(context, catalog, {
    kinds,
    scope: flags.scope,
    maxRepos: flags.limit,
    maxRequests: flags.maxRequests,
    // Stages are about repos.
    stages: kinds.some(isRepoKind) ? flags.stages : [],
    stageRequests: flags.stageRequests,
    collectionReads: flags.stages.length === 0 ? 0 : flags.stageRequests,
    ...(flags.owner === undefined ? {} : { owners: flags.owner }),
  })
  const report = crawlReport(result)
  context.answer(report, () => reportTable(report))
  if (context.signal.aborted) return EXIT_STOPPED
  return result.passes.some((pass) => pass.state === 'failed') ? EXIT_FAILED : 0
}

function checkOwners({ owner = [], scope, limit }: CrawlFlags, kinds: readonly PassKind[]): void {
  const isAlone = kinds.every((kind) => kind === 'collection')
  if (!isAlone || scope !== 'full' || limit !== undefined) {
    throw new UsageError('Expected --owner with collections alone, such as `hubdex crawl collections --owner NAME`.')
  }
  if (owner.some((name) => !/^[\w.-]+$/.test(name))) {
    throw new UsageError('Expected --owner with the name of a user or organization, such as --owner openai.')
  }
}
