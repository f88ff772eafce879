import '../../service/lean-heap.ts'
import { countDueCollections, createCollectionStore } from '../../catalog/collections/collection-store.ts'
import { createPassStore } from '../../catalog/passes/pass-store.ts'
import { reposOfLastPasses } from '../../catalog/passes/passes.ts'
import { createRemovalStore } from '../../catalog/passes/removal-store.ts'
import { vacuum } from '../../catalog/postgres/maintenance.ts'
import type { PassKind, PassScope, Stage } from '../../catalog/schema.ts'
import { crawlOwner } from '../../crawl/collections/crawl-owner.ts'
import { crawl, DEFAULT_COLLECTION_READS } from '../../crawl/crawl.ts'
import type { CrawlEvent, PassOutcome } from '../../crawl/events.ts'
import type { PassContext } from '../../crawl/passes/run-pass.ts'
import type { StageEvent } from '../../crawl/stages/stage-events.ts'
import { Turns } from '../../crawl/turns.ts'
import type { HubClient } from '../../hub/client.ts'
import type { RequestCounts } from '../../hub/events.ts'
import { counted } from '../../output/format.ts'
import { SearchSync } from '../../search/indexing/sync.ts'
import { startHeartbeat } from '../../service/heartbeat.ts'
import type { OpenCatalog } from '../../service/open/catalog.ts'
import { crawlOptionsOf } from '../../service/open/crawl-settings.ts'
import { nameUnusedToken, openHub } from '../../service/open/hub.ts'
import { recordBudgets } from '../../service/record-budgets.ts'
import { budgetText } from '../../telemetry/lines/budget-text.ts'
import type { CommandContext } from '../command.ts'
import { CrawlProgress } from '../progress/crawl-progress.ts'
import { embedTexts } from './embed-texts.ts'
import { type StageReport, stageReport, stagesWith } from './stage-run.ts'

export interface CrawlRun {
  kinds: readonly PassKind[]
  /** @default 'full' */
  scope?: PassScope
  maxRepos?: number | undefined
  maxRequests?: number | undefined
  /** Stages to run, and how many requests they may make. @default none */
  stages?: readonly Stage[]
  stageRequests?: number | undefined
  /** How many collections may be read for their items beyond the listed ones. @default as `crawl` */
  collectionReads?: number | undefined
  /** Crawls the collections of these owners instead of any list. */
  owners?: readonly string[]
}

export interface CrawlRunResult {
  passes: PassOutcome[]
  stages: StageReport
  requests: RequestCounts
  /** Collections of which only the first items are known. */
  dueCollections: number
  tookSecs: number
}

/** What passes and stages share. */
interface CrawlParts {
  hub: HubClient
  sync: SearchSync
  turns: Turns
  emit(event: CrawlEvent | StageEvent): void
}

/** Crawls with progress on stderr, and updates the search index meanwhile. */
export async function runCrawl(context: CommandContext, catalog: OpenCatalog, run: CrawlRun): Promise<CrawlRunResult> {
  const { settings } = context
  nameUnusedToken(context)
  const startedMs = performance.now()
  await using _heartbeat = await startHeartbeat(catalog, 'crawl')
  const budgeted = openHub(settings, {
    maxRequests: run.maxRequests,
    onEvent: (event) => progress.handleHub(event),
  })
  const { hub } = budgeted
  const sync = new SearchSync(catalog.db, catalog.search, {
    owner: catalog.owner,
    batchSize: settings.indexBatchSize,
  })
  const progress = new CrawlProgress({
    terminal: context.isLive ? process.stderr : undefined,
    log: context.log,
    budget: () => budgetText(hub.budgets.api.snapshot(), Date.now()),
    indexed: () => (sync.indexed === 0 ? '' : `${counted(sync.indexed, 'document')} indexed`),
  })
  try {
    const parts: CrawlParts = { hub, sync, turns: new Turns(), emit: (event) => progress.handle(event) }
    const passes = crawlWith(parts, context, catalog, run)
    // A failure is handled where the passes are awaited.
    passes.catch(() => undefined)
    const stages = await stagesAfter(passes, parts, context, catalog, run)
    // The search index is finished after the passes, to include their last pages.
    const outcomes = await passes
    await recordBudgets(catalog.db, settings.endpoint, [budgeted])
    await sync.finish()
    if (await embedTexts(context, catalog)) await sync.finish()
    if (catalog.connection.engine === 'embedded') await vacuum(catalog.db)
    return {
      passes: outcomes,
      stages,
      requests: { ...hub.requestCounts },
      dueCollections: await countDueCollections(catalog.db),
      tookSecs: (performance.now() - startedMs) / 1000,
    }
  } finally {
    progress.end()
    await hub.close()
  }
}

/**
 * Runs stages beside the passes, which go first when both wait for the budget. In a new catalog the most wanted repos are
 * unknown until the passes end, so a limited number of requests waits for them. Without a limit, stages start at once:
 * requests that the passes leave in a window would be lost.
 */
async function stagesAfter(
  passes: Promise<unknown>,
  parts: CrawlParts,
  context: CommandContext,
  catalog: OpenCatalog,
  run: CrawlRun,
): Promise<StageReport> {
  const { stages = [], stageRequests = Number.POSITIVE_INFINITY } = run
  if (stages.length === 0) return {}
  const walked = await reposOfLastPasses(catalog.db, context.settings.endpoint)
  const isKnown = run.kinds.every((kind) => walked.has(kind))
  if (!isKnown && Number.isFinite(stageRequests)) await passes
  const outcomes = await stagesWith(parts, context, catalog, { stages, maxRequests: stageRequests, upstream: passes })
  return await stageReport(catalog, outcomes)
}

/** Runs the passes. Each page wakes the sync of the search index without waiting for it. */
async function crawlWith(
  { hub, sync, turns, emit }: CrawlParts,
  { settings, signal }: Pick<CommandContext, 'settings' | 'signal'>,
  catalog: OpenCatalog,
  run: CrawlRun,
): Promise<PassOutcome[]> {
  const { kinds, scope = 'full', maxRepos, owners, collectionReads = DEFAULT_COLLECTION_READS } = run
  const options = { hub, collectionReads, ...crawlOptionsOf(settings) }
  const parts: PassContext = {
    store: createPassStore(catalog.connection, catalog.owner),
    removals: createRemovalStore(catalog.connection),
    collections: createCollectionStore(catalog.connection),
    endpoint: settings.endpoint,
    signal,
    turns,
    emit: (event) => {
      emit(event)
      if (event.type !== 'pass-started') sync.wake()
    },
  }
  if (owners === undefined) return await crawl({ ...options, kinds, scope, maxRepos }, parts)
  return await Promise.all(owners.map((owner) => crawlOwner({ ...options, owner }, parts)))
}
