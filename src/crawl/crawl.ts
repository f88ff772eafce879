import type { SweepCounts } from '../catalog/passes/pass.ts'
import type { RemovalStore } from '../catalog/passes/removal-store.ts'
import type { PassKind, PassScope } from '../catalog/schema.ts'
import { type CatalogKind, isRepoKind, type RepoKind } from '../hub/kinds.ts'
import { readDueCollections } from './collections/read-due.ts'
import { walkCollections, walkRecentCollections } from './collections/walk-collections.ts'
import type { PassOutcome } from './events.ts'
import { type PassContext, runPass } from './passes/run-pass.ts'
import { walkListing } from './passes/walk-listing.ts'
import { type RecentOptions, walkRecent } from './passes/walk-recent.ts'
import { walkTags } from './passes/walk-tags.ts'
import { type SweepOptions, sweep } from './removal/sweep.ts'

export const DEFAULT_COLLECTION_READS = 500

export interface CrawlOptions extends RecentOptions, SweepOptions {
  kinds: readonly PassKind[]
  scope: PassScope
  /**
   * How many collections with more items than lists show may be read in this run, for one request each.
   * @default DEFAULT_COLLECTION_READS
   */
  collectionReads?: number | undefined
  /** Whether a full pass ends with `confirmRemovals`, which can also be called later. @default true */
  confirmsRemovals?: boolean
}

/**
 * Walks the lists of several kinds in parallel. Each pass resumes where an earlier run stopped. If a pass fails, the others
 * continue. Tags have no recent pass.
 */
export async function crawl(options: CrawlOptions, context: PassContext): Promise<PassOutcome[]> {
  const { kinds, scope } = options
  if (scope === 'recent') {
    await context.store.dropOldRecentPasses()
    return await Promise.all(kinds.filter(isCatalogKind).map((kind) => recentPass(kind, options, context)))
  }
  const expected = await expectedRepos(options, context)
  return await Promise.all(kinds.map((kind) => fullPass(kind, options, context, expected.get(kind))))
}

function recentPass(kind: CatalogKind, options: CrawlOptions, context: PassContext): Promise<PassOutcome> {
  return runPass({ kind, scope: 'recent' }, context, undefined, async (pass, signal, passContext) => {
    if (kind !== 'collection') return await walkRecent(kind, pass, options, passContext, signal)
    await walkRecentCollections(pass, options, passContext, signal)
    await readCollections(options, passContext, signal)
  })
}

function fullPass(
  kind: PassKind,
  options: CrawlOptions,
  context: PassContext,
  expectedRepos: number | undefined,
): Promise<PassOutcome> {
  return runPass({ kind, scope: 'full' }, context, expectedRepos, async (pass, signal, passContext) => {
    if (kind === 'tags') return await walkTags(options.hub, pass, passContext, signal)
    if (kind === 'collection') {
      await walkCollections(pass, options, passContext, signal)
      await readCollections(options, passContext, signal)
    } else {
      await walkListing(kind, pass, options, passContext, signal)
    }
    if (options.confirmsRemovals ?? true) await confirmRemovals(kind, pass.passId, options, context.removals, signal)
  })
}

/** Behind all passes for the budget, since lists give completeness and this only depth. */
async function readCollections(
  { hub, includePrivate, collectionReads: maxReads = DEFAULT_COLLECTION_READS }: CrawlOptions,
  { collections, removals }: PassContext,
  signal: AbortSignal,
): Promise<void> {
  await readDueCollections(hub.withPriority('stage'), collections, removals, { includePrivate, maxReads, signal })
}

/** Probes the repos that a complete full pass has missed, and adds the result to the pass. */
export async function confirmRemovals(
  kind: CatalogKind,
  passId: string,
  options: SweepOptions,
  removals: RemovalStore,
  signal: AbortSignal,
): Promise<SweepCounts> {
  const counts = await sweep(kind, options, removals, signal)
  await removals.amendPass(passId, counts)
  return counts
}

function isCatalogKind(kind: PassKind): kind is CatalogKind {
  return kind !== 'tags'
}

/** Estimates the repos of each pass from the last complete pass, or else from the Hub. For progress displays only. */
async function expectedRepos(options: CrawlOptions, context: PassContext): Promise<Map<PassKind, number>> {
  const expected = await context.store.reposOfLastPasses(context.endpoint)
  const isUnknown = (kind: PassKind): kind is RepoKind => isRepoKind(kind) && !expected.has(kind)
  if (!options.kinds.some(isUnknown)) return expected
  const totals = await options.hub.repoTotals({ signal: context.signal }).catch(() => undefined)
  for (const kind of options.kinds) {
    const total = isUnknown(kind) ? totals?.[kind] : undefined
    if (total !== undefined && total > 0) expected.set(kind, total)
  }
  return expected
}
