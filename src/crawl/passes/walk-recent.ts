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
import { RECENT_SORTS, type RecentSort, WatermarkTracker } from './watermarks.ts'

export interface RecentOptions extends ListingOptions {
  /**
   * How far this pass goes back behind the end of the last one, in milliseconds. A Hub of many machines may list a change later
   * than its date, and changes of the same second are in no order.
   */
  overlapMs: number
}

/**
 * Finds repos that are new or changed since the last recent pass. Walks the lists by change and by creation from the newest
 * repo back to the watermark of the last pass, minus the overlap. Without a watermark it walks one page of each list. A repo
 * that changes during the walk moves to the front of the list. The next pass finds it there, because its date is newer than
 * the watermark of this pass. Watermarks are dates of the Hub; our clock only matters if the Hub sends none.
 *
 * A page that fails every time ends the walk of its list, which has no other end to read from. The other list is still walked,
 * but the watermarks do not advance.
 *
 * @throws BadPage in that case, after everything else is done
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
  /** Content hashes by hub id. */
  const shown = new Map<string, string>()
  let previousCursor = pass.cursor
  let bad: BadPage | undefined
  for (const sort of RECENT_SORTS) {
    try {
      await walk(sort)
    } catch (error) {
      if (!(error instanceof BadPage)) throw error
      bad ??= error
    }
  }
  if (bad !== undefined) throw bad

  async function walk(sort: RecentSort): Promise<void> {
    const dates = new WatermarkTracker(sort, since[sort.watermark], options.overlapMs)
    const parameters = { sort: sort.field, limit: options.pageSize, expand: LISTING_EXPAND[kind] }
    for await (const page of options.hub.listPages(kind, parameters, { narrows: true, signal })) {
      dates.record(page)
      const isEnd = page.next === undefined || dates.isCaughtUp
      if (isEnd) reached[sort.watermark] = dates.watermark
      const listed = readPage({
        kind,
        items: page.items,
        omitted: page.omitted,
        previousCursor,
        cursor: isEnd ? `end of ${sort.field}` : (page.next ?? null),
        requests: page.requests,
        includePrivate: options.includePrivate,
      })
      const read = withoutShown(listed, shown)
      const isLast = isEnd && sort === RECENT_SORTS.at(-1) && bad === undefined
      const note = dates.isInOrder ? read.note : outOfOrder(sort)
      const written = await context.store.writePage(pass, { ...read, note, isLast, watermarks: reached })
      previousCursor = read.cursor
      const { scope, passId } = pass
      context.emit({ type: 'page', kind, scope, passId, ...written })
      if (isEnd) break
      signal.throwIfAborted()
    }
  }
}

/** Most recent changes are in both lists. A repo is counted once, and written again only if it has changed in between. */
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

function outOfOrder(sort: RecentSort): PassNote {
  const text = `The Hub does not list by descending ${sort.field}, so changes could not be followed; full passes find them.`
  return { code: 'out-of-order', text }
}
