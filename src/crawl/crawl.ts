import type { PassKind } from '../catalog/schema.ts'
import type { RepoKind } from '../hub/kinds.ts'
import type { PassOutcome } from './crawl-events.ts'
import { type PassContext, runPass } from './run-pass.ts'
import { type ListingOptions, walkListing } from './walk-listing.ts'
import { walkTags } from './walk-tags.ts'

export interface CrawlOptions extends ListingOptions {
  /** What to walk. */
  kinds: readonly PassKind[]
}

/**
 * One run: full passes over the kinds asked for, side by side, each resumed where an earlier run left it. A pass that
 * fails leaves the others running.
 */
export async function crawl(options: CrawlOptions, context: PassContext): Promise<PassOutcome[]> {
  const expected = await expectedRepos(options, context)
  return await Promise.all(
    options.kinds.map((kind) =>
      runPass(kind, context, expected.get(kind), (pass, signal) =>
        kind === 'tags'
          ? walkTags(options.hub, pass, context, signal)
          : walkListing(kind, pass, options, context, signal),
      ),
    ),
  )
}

/**
 * How many repos each pass will come to, about: what the Hub says, else what the last complete pass found. Only progress
 * depends on it, so a Hub that does not tell costs nothing but the estimate.
 */
async function expectedRepos(options: CrawlOptions, context: PassContext): Promise<Map<PassKind, number>> {
  const expected = await context.store.expectedRepos(context.endpoint)
  const isUnknown = (kind: PassKind): kind is RepoKind => kind !== 'tags' && !expected.has(kind)
  if (!options.kinds.some(isUnknown)) return expected
  const totals = await options.hub.repoTotals({ signal: context.signal }).catch(() => undefined)
  for (const kind of options.kinds) {
    const total = isUnknown(kind) ? totals?.[kind] : undefined
    if (total !== undefined && total > 0) expected.set(kind, total)
  }
  return expected
}
