import type { OpenGap, OpenPass } from '../../catalog/passes/pass.ts'
import type { RepoRecord } from '../../catalog/repos/record.ts'
import type { PageOfRepos } from '../../catalog/repos/write-page.ts'
import { failureReport } from '../../catalog/stages/failure-cause.ts'
import type { HubClient } from '../../hub/client.ts'
import { BadPage, Refused } from '../../hub/errors.ts'
import type { RepoKind } from '../../hub/kinds.ts'
import { LISTING_EXPAND } from '../../hub/listing/expand.ts'
import { formatNumber } from '../../util/format-number.ts'
import { LIST_START, type ListPlace } from './list-order.ts'
import { readAhead } from './read-ahead.ts'
import { readPage } from './read-page.ts'
import { type PassContext, PassStopped } from './run-pass.ts'
import { newestDates } from './watermarks.ts'

export interface ListingOptions {
  hub: HubClient
  pageSize: number
  includePrivate: boolean
  /** Stops after this many repos of the kind in this run. */
  maxRepos?: number | undefined
}

/** The walk of one pass in this run. */
interface Walk extends ListingOptions {
  kind: RepoKind
  pass: OpenPass
  context: PassContext
  signal: AbortSignal
  reposThisRun: number
}

/** The walk in one direction, from a position on. */
interface Leg {
  direction: 'ascending' | 'descending'
  cursor: string | null
  place: ListPlace
  /** Returns the part of a page to write. */
  trim(page: PageOfRepos & ListPlace, before: ListPlace): PageOfRepos & ListPlace
}

/**
 * Walks a listing by ascending `createdAt`, from the cursor of the pass if it has one, and writes each page. No other order is
 * sure to include every repo that exists throughout the walk.
 *
 * If a page fails every time, the walk continues from the other end of the list until it reaches the place where it stopped, or
 * another such page. The pass is then complete except for the gap in between.
 *
 * @throws PassStopped at the limit of repos, or if the gap cannot be skipped; BadPage if the list is not sorted
 */
export async function walkListing(
  kind: RepoKind,
  pass: OpenPass,
  options: ListingOptions,
  context: PassContext,
  signal: AbortSignal,
): Promise<void> {
  if (pass.pages === 0) {
    await context.store.setWatermarks(pass, await newestDates(options.hub, kind, signal))
  }
  const walk: Walk = { ...options, kind, pass, context, signal, reposThisRun: 0 }
  if (pass.gap !== null) return await walkToGap(walk, pass, pass.gap)
  const stop = await walkLeg(walk, { direction: 'ascending', cursor: pass.cursor, place: pass, trim: (page) => page })
  if (stop === undefined) return
  const { bad, place } = stop
  if (!place.isOrdered) throw bad
  const failure = failureReport(bad.cause)
  await context.store.openGap(pass, failure, bad.requests)
  const { lastCreatedAt: createdAt, lastId: id } = place
  const after = createdAt === null ? null : { createdAt, id }
  await walkToGap(walk, { ...LIST_START, cursor: null }, { after, reason: failure.answer })
}

/** Walks from the other end of the list until it reaches the gap. */
async function walkToGap(walk: Walk, from: ListPlace & { cursor: string | null }, gap: OpenGap): Promise<void> {
  const { pass, context } = walk
  try {
    const trim: Leg['trim'] = (page, before) => trimAtGap(page, before, gap)
    const stop = await walkLeg(walk, { direction: 'descending', cursor: from.cursor, place: from, trim })
    if (stop === undefined) return
    const { bad, place } = stop
    // Without a repo from either end, the gap would be the whole list.
    if (gap.after === null && place.lastCreatedAt === null) throw new CannotSkipGap(gap.reason)
    await context.store.endAtGap(pass, failureReport(bad.cause), bad.requests)
  } catch (error) {
    if (error instanceof CannotSkipGap) await context.store.dropGap(pass)
    throw error
  }
}

/** The list cannot be read from its other end, so the pass stays where it was. */
class CannotSkipGap extends PassStopped {
  constructor(reason: string | null) {
    const text =
      'One page of the list fails every time, and it cannot be skipped because the Hub does not list by descending ' +
      `createdAt. The next run tries the page again. ${reason ?? ''}`
    super({ code: 'bad-page', text })
  }
}

/** Leaves out repos that the ascending walk has read, and ends the descending walk where they begin. */
function trimAtGap(page: PageOfRepos & ListPlace, before: ListPlace, { after, reason }: OpenGap): PageOfRepos & ListPlace {
  const isSeen = (repo: RepoRecord) =>
    after !== null &&
    repo.created_at !== null &&
    (repo.created_at < after.createdAt || (repo.created_at === after.createdAt && repo.id === after.id))
  const [newest] = page.repos
  // The gap is newer than every repo that was seen. A descending walk that begins with a seen repo is not descending.
  const isDescending = before.lastCreatedAt !== null || newest === undefined || !isSeen(newest)
  if (!page.isOrdered || !isDescending) throw new CannotSkipGap(reason)
  const repos = page.repos.filter((repo) => !isSeen(repo))
  // Repos of the same instant come in the same order from either end, so most of these were seen.
  const repeated = repos.filter((repo) => repo.created_at === after?.createdAt).length
  const hasReachedGap = after !== null && page.lastCreatedAt !== null && page.lastCreatedAt < after.createdAt
  if (!hasReachedGap && !page.isLast) return { ...page, repos, repeated }
  const text = `One page failed every time, so the rest was read from the other end of the list. ${reason ?? ''}`
  return { ...page, repos, repeated, cursor: null, isLast: true, note: { code: 'page-skipped', text } }
}

/** Walks in one direction to the end of the list, or to a page that fails every time. */
async function walkLeg(walk: Walk, leg: Leg): Promise<{ bad: BadPage; place: ListPlace } | undefined> {
  const { pass, context } = walk
  const position = { cursor: leg.cursor, place: leg.place }
  try {
    await walkPages(walk, leg, position)
    return undefined
  } catch (error) {
    if (error instanceof BadPage) return { bad: error, place: position.place }
    // It is undocumented how long a cursor stays valid. If the Hub refuses it, the pass restarts from its first page.
    const isStaleCursor = leg.cursor !== null && position.cursor === leg.cursor && error instanceof Refused
    if (!isStaleCursor) throw error
    const text = 'The Hub no longer accepted the saved cursor, so the pass restarted.'
    await context.store.rewindPass(pass, { code: 'cursor-refused', text })
    return await walkLeg(walk, { ...leg, cursor: null, place: LIST_START })
  }
}

async function walkPages(walk: Walk, leg: Leg, position: { cursor: string | null; place: ListPlace }): Promise<void> {
  const { kind, pass, context, hub, pageSize, includePrivate, signal } = walk
  const { maxRepos = Number.POSITIVE_INFINITY } = walk
  const { direction } = leg
  const parameters = {
    sort: 'createdAt',
    direction: direction === 'ascending' ? 1 : -1,
    limit: pageSize,
    expand: LISTING_EXPAND[kind],
  } as const
  const from = leg.cursor === null ? undefined : { url: leg.cursor }
  const pages = hub.listPages(kind, parameters, { from, narrows: true, signal })
  // While a page is fetched that may end the process, the page before it must already be written.
  for await (const page of pass.deaths === 0 ? readAhead(pages) : pages) {
    const { items, omitted, requests } = page
    const read = leg.trim(
      readPage({
        ...{ kind, items, omitted, requests, direction, includePrivate },
        previousCursor: position.cursor,
        cursor: page.next ?? null,
        place: position.place,
      }),
      position.place,
    )
    const written = await context.store.writePage(pass, read)
    position.cursor = read.cursor
    position.place = read
    walk.reposThisRun += read.repos.length
    const { scope, passId } = pass
    context.emit({ type: 'page', kind, scope, passId, ...written })
    if (read.cursor === null) return
    signal.throwIfAborted()
    if (walk.reposThisRun >= maxRepos) {
      const text = `Stopped at the limit of ${formatNumber(maxRepos)} repos per kind; the next run resumes from there.`
      throw new PassStopped({ code: 'repo-limit', text })
    }
  }
}
