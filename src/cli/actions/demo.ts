import { once } from 'node:events'
import envPaths from 'env-paths'
import { runQuery } from '../../analytics/sql-runner.ts'
import { claimHub, hubEndpoint, moveHub } from '../../catalog/passes/hub-endpoint.ts'
import { holdsRepos } from '../../catalog/repos/reads.ts'
import { PASS_KINDS, STAGES } from '../../catalog/schema.ts'
import { REPO_KINDS } from '../../hub/kinds.ts'
import { counted } from '../../output/format.ts'
import { renderColumns } from '../../output/table.ts'
import { createSampleHub, type SampleHub } from '../../sample-hub/sample-hub.ts'
import { hitMatches } from '../../search/matches/hit-matches.ts'
import type { SearchQuery } from '../../search/search-engine.ts'
import { searchReport } from '../../search/search-report.ts'
import { type OpenCatalog, openCatalog } from '../../service/open/catalog.ts'
import type { CommandContext } from '../command.ts'
import { type CrawlRun, runCrawl } from '../crawl/crawl-run.ts'
import { commandOn, quoted } from '../invocation.ts'
import { crawlReport, reportTable } from '../reports/crawl.ts'
import { searchTables } from '../reports/search.ts'
import { EXIT_STOPPED } from '../stop-signals.ts'

interface DemoFlags {
  repos: number
  once?: boolean
}

/** Few requests for stages: fetching all would take too long to watch. */
const CRAWL: CrawlRun = { kinds: PASS_KINDS, stages: STAGES, stageRequests: 150, collectionReads: 150 }

const SEARCH = { words: 'llama chat', filters: { kind: ['model'] }, facets: ['license'], limit: 8 } satisfies SearchQuery
const SEARCH_COMMAND = 'search llama chat --kind model --facet license --limit 8'

const SQL =
  'select license, count(*) as models, sum(downloads) as downloads from models ' +
  'where license is not null group by license order by models desc limit 5'

/** `hubdex demo`: a sample Hub, a crawl of it, a search and a query, all on this machine. */
export async function demoAction(caller: CommandContext, flags: DemoFlags): Promise<number> {
  // Small pages make the progress of a small Hub visible.
  await using hub = disposable(await createSampleHub({ repos: flags.repos, seed: 1 }))
  const context = demoContext(caller, hub.url)
  const { log } = context
  const command = commandOn(context.settings.dataDir, context)
  log(`A sample Hub with ${counted(hub.store.total, 'made-up repo')} runs at ${hub.url}. Crawling it:\n`)

  await using catalog = await openCatalog(context)
  await claimForDemo(catalog, hub)
  const report = crawlReport(await runCrawl(context, catalog, CRAWL))
  if (context.signal.aborted) return EXIT_STOPPED
  const result = await catalog.search.search(SEARCH)
  const found = { ...result, matches: await hitMatches(catalog.db, SEARCH.words, result.hits) }
  const answer = await askInSql(context, catalog)
  context.answer({ crawl: report, search: searchReport(SEARCH, found), sql: answer.rows }, () => {
    const parts = [
      reportTable(report),
      `$ ${command(SEARCH_COMMAND)}`,
      searchTables(SEARCH, found, context.width),
      `$ ${command(`sql "${SQL}"`)}`,
      renderColumns(answer, { width: context.width, keepYearsPlain: true, isExact: true }),
    ]
    return parts.map((part) => `${part}\n`).join('\n')
  })
  const stays = flags.once !== true && !context.signal.aborted
  log(nextSteps(context, command, stays))
  if (stays) {
    log('\nThe sample Hub and the catalog stay open until Ctrl-C.')
    await once(context.signal, 'abort')
  }
  return 0
}

/** The caller's context with the demo's Hub and catalog, in the user's folder if one is set. */
function demoContext(caller: CommandContext, endpoint: string): CommandContext {
  const ownFolder = envPaths('hubdex-demo', { suffix: '' }).data
  const dataDir = caller.loaded.sources.dataDir.from === 'default' ? ownFolder : caller.settings.dataDir
  return {
    ...caller,
    settings: {
      ...caller.settings,
      endpoint,
      dataDir,
      databaseUrl: undefined,
      databaseReadUrl: undefined,
      meiliUrl: undefined,
      meiliApiKey: undefined,
      token: undefined,
      pageSize: 250,
    },
  }
}

/** The sample Hub has another port each time, so a catalog of an earlier demo is recognized by its repos. */
async function claimForDemo({ db }: OpenCatalog, hub: SampleHub): Promise<void> {
  const former = await hubEndpoint(db)
  const oldest = REPO_KINDS.flatMap((kind) => [...hub.repos(kind, []).take(1)])
  const hubIds = oldest.map((repo) => repo._id)
  if (former !== undefined && (await holdsRepos(db, hubIds))) await moveHub(db, former, hub.url)
  await claimHub(db, hub.url)
}

async function askInSql({ settings, signal }: CommandContext, catalog: OpenCatalog) {
  const limits = { timeoutMs: settings.sqlTimeoutMs, maxRows: 5, maxBytes: 1024 * 1024 }
  return await runQuery(catalog.connection.pool, SQL, limits, { signal })
}

function nextSteps(
  { invocation, settings: { dataDir } }: CommandContext,
  command: (commandLine: string) => string,
  isOpen: boolean,
): string {
  return [
    `Try next${isOpen ? ', in another terminal' : ''}:`,
    `  ${command('search whisper --facet language')}`,
    `  ${command('sql "select id, likes from models order by likes desc limit 10"')}`,
    `  ${invocation} sql --list`,
    ...(isOpen ? ['With psql, if you have it:', `  psql -h ${quoted(dataDir)} -U postgres postgres`] : []),
    'To crawl the real Hub into a catalog of your own:',
    `  ${invocation} crawl --limit 5000`,
  ].join('\n')
}

function disposable<Resource extends { close(): Promise<void> }>(resource: Resource): Resource & AsyncDisposable {
  return Object.assign(resource, { [Symbol.asyncDispose]: () => resource.close() })
}
