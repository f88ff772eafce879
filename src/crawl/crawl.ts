import type { SweepCounts } from '../catalog/passes/pass.ts'
import type { RemovalStore } from '../catalog/passes/removal-store.ts'
import type { PassKind, PassScope } from '../catalog/schema.ts'
import type { RepoKind } from '../hub/kinds.ts'
import type { PassOutcome } from './events.ts'
import { type PassContext, runPass } from './passes/run-pass.ts'
import { walkListing } from './passes/walk-listing.ts'
import { type RecentOptions, walkRecent } from './passes/walk-recent.ts'
import { walkTags } from './passes/walk-tags.ts'
import { type SweepOptions, sweep } from './removal/sweep.ts'

export interface CrawlOptions extends RecentOptions, SweepOptions {
  kinds: readonly PassKind[]
  scope: PassScope
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
    return await Promise.all(kinds.filter(isRepoKind).map((kind) => recentPass(kind, options, context)))
  }
  const expected = await expectedRepos(options, context)
  return await Promise.all(kinds.map((kind) => fullPass(kind, options, context, expected.get(kind))))
}

function recentPass(kind: RepoKind, options: CrawlOptions, context: PassContext): Promise<PassOutcome> {
  return runPass({ kind, scope: 'recent' }, context, undefined, (pass, signal, passContext) =>
    walkRecent(kind, pass, options, passContext, signal),
  )
}

function fullPass(
  kind: PassKind,
  options: CrawlOptions,
  context: PassContext,
  expectedRepos: number | undefined,
): Promise<PassOutcome> {
  return runPass({ kind, scope: 'full' }, context, expectedRepos, async (pass, signal, passContext) => {
    if (!isRepoKind(kind)) return await walkTags(options.hub, pass, passContext, signal)
    await walkListing(kind, pass, options, passContext, signal)
    if (options.confirmsRemovals ?? true) await confirmRemovals(kind, pass.passId, options, context.removals, signal)
  })
}

/** Probes the repos that a complete full pass has missed, and adds the result to the pass. */
export async function confirmRemovals(
  kind: RepoKind,
  passId: string,
  options: SweepOptions,
  removals: RemovalStore,
  signal: AbortSignal,
): Promise<SweepCounts> {
  const counts = await sweep(kind, options, removals, signal)
  await removals.amendPass(passId, counts)
  return counts
}

function isRepoKind(kind: PassKind): kind is RepoKind {
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
