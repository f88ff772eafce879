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
  /** What to walk. */
  kinds: readonly PassKind[]
  scope: PassScope
  /** Whether a full pass goes on with the proof of what is gone, which `proveGone` can also do later. @default true */
  provesGone?: boolean
}

/**
 * One run: passes over the kinds asked for, side by side, each resumed where an earlier run left it. A full pass ends with
 * the proof of what is gone. The tags have no recent pass. A pass that fails leaves the others running.
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
  return runPass({ kind, scope: 'recent' }, context, undefined, (pass, signal, noticing) =>
    walkRecent(kind, pass, options, noticing, signal),
  )
}

function fullPass(
  kind: PassKind,
  options: CrawlOptions,
  context: PassContext,
  expectedRepos: number | undefined,
): Promise<PassOutcome> {
  return runPass({ kind, scope: 'full' }, context, expectedRepos, async (pass, signal, noticing) => {
    if (!isRepoKind(kind)) return await walkTags(options.hub, pass, noticing, signal)
    await walkListing(kind, pass, options, noticing, signal)
    if (options.provesGone ?? true) await proveGone(kind, pass.passId, options, context.removals, signal)
  })
}

/** Asks for the repos that a complete full pass has missed, and adds to the pass what was learned: then it is settled. */
export async function proveGone(
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

/**
 * How many repos each pass will come to, about: what the Hub says, else what the last complete pass found. Only progress
 * depends on it, so a Hub that does not tell costs nothing but the estimate.
 */
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
