import type { OpenPass, Watermarks } from '../../catalog/passes/pass.ts'
import type { PassNote } from '../../catalog/passes/pass-note.ts'
import type { RepoRecord } from '../../catalog/repos/record.ts'
import type { PageOfRepos } from '../../catalog/repos/write-page.ts'
import { BadPage } from '../../hub/errors.ts'
import type { RepoKind } from '../../hub/kinds.ts'
import { LISTING_EXPAND } from '../../hub/listing/expand.ts'
import { readPage } from './read-page.ts'
import type { PassContext } from './run-pass.ts'
import type { ListingOptions } from './walk-listing.ts'
import { ORDERS, type RecentOrder, WatermarkTracker } from './watermarks.ts'

export interface RecentOptions extends ListingOptions {
  /**
   * How far behind the last pass this one goes back, in milliseconds: a Hub of many machines may list a change later than
   * the date that it gives it, and dates of the same second come in no order of time.
   */
  overlapMs: number
}

/**
 * Follows what changed and what is new since the last recent pass: walks both orders from the newest on, each until it is
 * past where the last pass has come, the overlap included. A repo that changes during the walk jumps to its front; it is
 * newer than the watermark that this walk leaves, so the next one meets it.
 *
 * How far it came is measured in the Hub's own dates; our clock plays no part unless the Hub shows none. With nothing to
 * go back to, one page of each order is walked.
 *
 * A page that never answers well ends the walk of its order, since these lists have one end only. The other order is walked
 * all the same, and the marks stay where they were.
 *
 * @throws BadPage then, when all else is done
 */
export async function walkRecent(
  kind: RepoKind,
  pass: OpenPass,
  options: RecentOptions,
  context: PassContext,
  signal: AbortSignal,
): Promise<void> {
  const since = await context.store.readWatermarks({ kind, endpoint: context.endpoint })
  const reached: Watermarks = { ...since }
  /** By hub id, as they were shown. */
  const shown = new Map<string, string>()
  let previousCursor = pass.cursor
  let bad: BadPage | undefined
  for (const order of ORDERS) {
    try {
      await follow(order)
    } catch (error) {
      if (!(error instanceof BadPage)) throw error
      bad ??= error
    }
  }
  if (bad !== undefined) throw bad

  async function follow(order: RecentOrder): Promise<void> {
    const dates = new WatermarkTracker(order, since[order.watermark], options.overlapMs)
    const parameters = { sort: order.sort, limit: options.pageSize, expand: LISTING_EXPAND[kind] }
    for await (const page of options.hub.listPages(kind, parameters, { narrows: true, signal })) {
      dates.follow(page)
      const isEnd = page.next === undefined || dates.isPast
      if (isEnd) reached[order.watermark] = dates.watermark
      const listed = readPage({
        kind,
        items: page.items,
        omitted: page.omitted,
        previousCursor,
        cursor: isEnd ? `end of ${order.sort}` : (page.next ?? null),
        requests: page.requests,
        includePrivate: options.includePrivate,
      })
      const read = withoutShown(listed, shown)
      const isLast = isEnd && order === ORDERS.at(-1) && bad === undefined
      const note = dates.isInOrder ? read.note : outOfOrder(order)
      const written = await context.store.writePage(pass, { ...read, note, isLast, watermarks: reached })
      previousCursor = read.cursor
      const { scope, passId } = pass
      context.emit({ type: 'page', kind, scope, passId, ...written })
      if (isEnd) break
      signal.throwIfAborted()
    }
  }
}

/** Most of what changed lately stands in both orders. It is written once, unless it has changed in between, and counted once. */
function withoutShown(page: PageOfRepos, shown: Map<string, string>): PageOfRepos & { repeated: number } {
  const repos: RepoRecord[] = []
  let repeated = 0
  for (const repo of page.repos) {
    const shownHash = shown.get(repo.hub_id)
    if (shownHash === repo.content_hash) continue
    if (shownHash !== undefined) repeated++
    shown.set(repo.hub_id, repo.content_hash)
    repos.push(repo)
  }
  return { ...page, repos, repeated }
}

function outOfOrder(order: RecentOrder): PassNote {
  const text = `The Hub does not list by descending ${order.sort}, so changes could not be followed; full passes find them.`
  return { code: 'out-of-order', text }
}
