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
  /** Stop after so many repos of the kind in this run. */
  maxRepos?: number | undefined
}

/** One walk of a pass over its list, which may go both ways. */
interface Walk extends ListingOptions {
  kind: RepoKind
  pass: OpenPass
  context: PassContext
  signal: AbortSignal
  reposThisRun: number
}

/** One way through the list, from a place on. */
interface Way {
  direction: 'ascending' | 'descending'
  cursor: string | null
  place: ListPlace
  /** Makes of a page what is to be written of it. */
  cut(page: PageOfRepos & ListPlace, before: ListPlace): PageOfRepos & ListPlace
}

/**
 * Walks a whole listing by ascending `createdAt`, the one order in which a repo that exists throughout cannot be
 * skipped, and writes it page by page. Goes on from the pass's cursor where it has one.
 *
 * A page that never answers well is stepped over: the walk comes from the other end of the list until it has met the place
 * where it was stopped, or another such page. Then the pass is complete but for what lies between.
 *
 * @throws PassStopped when the run has had its share of repos; BadPage when what is seen from there tells nothing
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
  if (pass.gap !== null) return await comeBack(walk, pass, pass.gap)
  const stop = await go(walk, { direction: 'ascending', cursor: pass.cursor, place: pass, cut: (page) => page })
  if (stop === undefined) return
  const { bad, place } = stop
  if (!place.isOrdered) throw bad
  const failure = failureReport(bad.cause)
  await context.store.openGap(pass, failure, bad.requests)
  const { lastCreatedAt: createdAt, lastId: id } = place
  const after = createdAt === null ? null : { createdAt, id }
  await comeBack(walk, { ...LIST_START, cursor: null }, { after, reason: failure.answer })
}

/** Walks from the other end until the stretch that was stepped over is met from there. */
async function comeBack(walk: Walk, from: ListPlace & { cursor: string | null }, gap: OpenGap): Promise<void> {
  const { pass, context } = walk
  try {
    const cut: Way['cut'] = (page, before) => cutAtGap(page, before, gap)
    const stop = await go(walk, { direction: 'descending', cursor: from.cursor, place: from, cut })
    if (stop === undefined) return
    const { bad, place } = stop
    // Nothing came from either side: that is no stretch but the whole list.
    if (gap.after === null && place.lastCreatedAt === null) throw new CannotStepOver(gap.reason)
    await context.store.endAtGap(pass, failureReport(bad.cause), bad.requests)
  } catch (error) {
    if (error instanceof CannotStepOver) await context.store.dropGap(pass)
    throw error
  }
}

/** The other end of the list leads nowhere, so that the pass stays where it was. */
class CannotStepOver extends PassStopped {
  constructor(reason: string | null) {
    const text =
      'One page of the list never answers well, and it cannot be stepped over, since the Hub does not list by descending ' +
      `createdAt either; the next run tries the page again. ${reason ?? ''}`
    super({ code: 'bad-page', text })
  }
}

/** Ends the walk from the other end where it meets what the one before has seen. */
function cutAtGap(
  page: PageOfRepos & ListPlace,
  before: ListPlace,
  { after, reason }: OpenGap,
): PageOfRepos & ListPlace {
  const isSeen = (repo: RepoRecord) =>
    after !== null &&
    repo.created_at !== null &&
    (repo.created_at < after.createdAt || (repo.created_at === after.createdAt && repo.id === after.id))
  const [newest] = page.repos
  // What never answered is newer than what was seen. A walk that begins with that goes no other way than the one before.
  const isOtherWay = before.lastCreatedAt !== null || newest === undefined || !isSeen(newest)
  if (!page.isOrdered || !isOtherWay) throw new CannotStepOver(reason)
  const repos = page.repos.filter((repo) => !isSeen(repo))
  // Repos of one instant come in the same order from either end: most of these were seen.
  const repeated = repos.filter((repo) => repo.created_at === after?.createdAt).length
  const isMet = after !== null && page.lastCreatedAt !== null && page.lastCreatedAt < after.createdAt
  if (!isMet && !page.isLast) return { ...page, repos, repeated }
  const text = `One page never answered well; what follows it was read from the other end of the list. ${reason ?? ''}`
  return { ...page, repos, repeated, cursor: null, isLast: true, note: { code: 'page-skipped', text } }
}

/** Walks one way to its end, or to a page that never answers well. */
async function go(walk: Walk, way: Way): Promise<{ bad: BadPage; place: ListPlace } | undefined> {
  const { pass, context } = walk
  const standing = { cursor: way.cursor, place: way.place }
  try {
    await goFrom(walk, way, standing)
    return undefined
  } catch (error) {
    if (error instanceof BadPage) return { bad: error, place: standing.place }
    // How long the Hub keeps a cursor good is documented nowhere; one that it refuses costs a fresh start, not the pass.
    const isStaleCursor = way.cursor !== null && standing.cursor === way.cursor && error instanceof Refused
    if (!isStaleCursor) throw error
    await context.store.rewindPass(pass, {
      code: 'cursor-refused',
      text: 'The Hub no longer took the saved cursor, so the pass began again.',
    })
    return await go(walk, { ...way, cursor: null, place: LIST_START })
  }
}

async function goFrom(walk: Walk, way: Way, standing: { cursor: string | null; place: ListPlace }): Promise<void> {
  const { kind, pass, context, hub, pageSize, includePrivate, signal } = walk
  const { maxRepos = Number.POSITIVE_INFINITY } = walk
  const { direction } = way
  const parameters = {
    sort: 'createdAt',
    direction: direction === 'ascending' ? 1 : -1,
    limit: pageSize,
    expand: LISTING_EXPAND[kind],
  } as const
  const from = way.cursor === null ? undefined : { url: way.cursor }
  const pages = hub.listPages(kind, parameters, { from, narrows: true, signal })
  // A page that ends each process must not take the one before it along.
  for await (const page of pass.deaths === 0 ? readAhead(pages) : pages) {
    const { items, omitted, requests } = page
    const read = way.cut(
      readPage({
        ...{ kind, items, omitted, requests, direction, includePrivate },
        previousCursor: standing.cursor,
        cursor: page.next ?? null,
        place: standing.place,
      }),
      standing.place,
    )
    const written = await context.store.writePage(pass, read)
    standing.cursor = read.cursor
    standing.place = read
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
