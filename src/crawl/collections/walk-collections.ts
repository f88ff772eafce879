import { readCollection } from '../../catalog/collections/collection-record.ts'
import type { OpenPass, Watermarks } from '../../catalog/passes/pass.ts'
import type { PassNote } from '../../catalog/passes/pass-note.ts'
import type { RejectedRow, RepoRecord } from '../../catalog/repos/record.ts'
import type { HubClient } from '../../hub/client.ts'
import type { CollectionPage } from '../../hub/collections/collection-pages.ts'
import { HubError, Refused } from '../../hub/errors.ts'
import { formatNumber } from '../../util/format-number.ts'
import { type PassContext, PassStopped } from '../passes/run-pass.ts'
import { WatermarkTracker } from '../passes/watermarks.ts'

export interface CollectionWalkOptions {
  hub: HubClient
  includePrivate: boolean
  /** Stops after this many collections in this run. */
  maxRepos?: number | undefined
  /** How far a recent pass goes back behind the end of the last one, in milliseconds. */
  overlapMs: number
}

/** One walk of a pass in this run. */
interface Walk extends CollectionWalkOptions {
  pass: OpenPass
  context: PassContext
  signal: AbortSignal
  previousCursor: string | null
  /** Content hashes of the collections that this run has seen, by hub id. */
  shown: Map<string, string>
}

/** The cursor of a full pass that has reached the end of the list, and reads what changed meanwhile. */
const CATCH_UP = 'changes during the pass'
const CHANGES = { field: 'lastUpdated', watermark: 'modifiedUntil' } as const
const NOTHING = { items: [], requests: 0 }

/**
 * Walks all collections, the last changed first. In no order of this list is a collection sure to be seen while it changes, but
 * in this one a change moves it to the front. So the pass ends with a second walk, from the front to the date that was the
 * newest when the pass began.
 *
 * @throws PassStopped at the limit of collections
 */
export async function walkCollections(
  pass: OpenPass,
  options: CollectionWalkOptions,
  context: PassContext,
  signal: AbortSignal,
): Promise<void> {
  const walk: Walk = { ...options, pass, context, signal, previousCursor: pass.cursor, shown: new Map() }
  const isAtEnd = pass.cursor?.startsWith(CATCH_UP) ?? false
  const newest = isAtEnd ? pass.modifiedUntil : await walkToEnd(walk, pass.cursor)
  if (newest !== 'no collections') await walkChanges(walk, newest, 0)
}

/** Walks the collections that are new or changed since the last pass, minus the overlap. */
export async function walkRecentCollections(
  pass: OpenPass,
  options: CollectionWalkOptions,
  context: PassContext,
  signal: AbortSignal,
): Promise<void> {
  const walk: Walk = { ...options, pass, context, signal, previousCursor: pass.cursor, shown: new Map() }
  const { modifiedUntil } = await context.store.readWatermarks({ kind: 'collection', endpoint: context.endpoint })
  await walkChanges(walk, modifiedUntil, options.overlapMs)
}

/** @returns the newest date when the pass began */
async function walkToEnd(walk: Walk, from: string | null): Promise<string | null | 'no collections'> {
  const { pass, hub, signal, maxRepos = Number.POSITIVE_INFINITY } = walk
  let newest = pass.modifiedUntil
  try {
    for await (const page of hub.collections.pages({ sort: 'lastModified', signal }, from ?? undefined)) {
      if (walk.previousCursor === null && pass.pages === 0) {
        newest = newestOf(page)
        await walk.context.store.setWatermarks(pass, { modifiedUntil: newest, createdUntil: null })
      }
      await write(walk, page, { cursor: page.next ?? CATCH_UP, isLast: false, note: null })
      signal.throwIfAborted()
      if (walk.shown.size < maxRepos || page.next === undefined) continue
      const text = `Stopped at the limit of ${formatNumber(maxRepos)} collections; the next run resumes from there.`
      throw new PassStopped({ code: 'repo-limit', text })
    }
  } catch (error) {
    if (!(error instanceof HubError) || walk.previousCursor !== from) throw error
    if (from === null && error.status === 404) {
      const note: PassNote = { code: 'unsupported', text: 'This Hub has no collections.' }
      await write(walk, NOTHING, { cursor: null, isLast: true, note })
      return 'no collections'
    }
    if (from === null || !(error instanceof Refused)) throw error
    // It is undocumented how long a cursor stays valid.
    const text = 'The Hub no longer accepted the saved cursor, so the pass restarted.'
    await walk.context.store.rewindPass(pass, { code: 'cursor-refused', text })
    walk.previousCursor = null
    return await walkToEnd(walk, null)
  }
  return newest
}

/** Walks from the newest change back to a date, and ends the pass. Without a date it reads one page. */
async function walkChanges(walk: Walk, since: string | null, overlapMs: number): Promise<void> {
  const { hub, signal, pass } = walk
  const dates = new WatermarkTracker(CHANGES, since, overlapMs)
  let number = 0
  for await (const page of hub.collections.pages({ sort: 'lastModified', signal })) {
    dates.record(page)
    number++
    const isLast = page.next === undefined || dates.isCaughtUp
    const watermarks = isLast ? { modifiedUntil: dates.watermark, createdUntil: null } : undefined
    const cursor = isLast ? null : pass.scope === 'full' ? `${CATCH_UP}, page ${number}` : (page.next ?? null)
    await write(walk, page, { cursor, isLast, note: dates.isInOrder ? null : OUT_OF_ORDER, watermarks })
    if (isLast) return
    signal.throwIfAborted()
  }
}

const OUT_OF_ORDER: PassNote = {
  code: 'out-of-order',
  text: 'The Hub does not list collections by descending change, so changes during the pass may have been missed.',
}

function newestOf(page: CollectionPage): string | null {
  const dates = new WatermarkTracker(CHANGES, null, 0)
  dates.record(page)
  return dates.watermark
}

/** Writes a page as a step of the pass, and reports it. */
async function write(
  walk: Walk,
  page: Pick<CollectionPage, 'items' | 'requests'>,
  step: { cursor: string | null; isLast: boolean; note: PassNote | null; watermarks?: Watermarks | undefined },
): Promise<void> {
  const { pass, context, includePrivate, previousCursor, shown } = walk
  const repos: RepoRecord[] = []
  const rejected: RejectedRow[] = []
  let repeated = 0
  for (const item of page.items) {
    const record = readCollection(item, 'list')
    if ('reason' in record) {
      rejected.push(record)
    } else if ((!record.private || includePrivate) && shown.get(record.hub_id) !== record.content_hash) {
      if (shown.has(record.hub_id)) repeated++
      shown.set(record.hub_id, record.content_hash)
      repos.push(record)
    }
  }
  const { watermarks, ...position } = step
  const written = await context.store.writePage(pass, {
    ...position,
    ...(watermarks === undefined ? {} : { watermarks }),
    repos,
    rejected,
    repeated,
    requests: page.requests,
    previousCursor,
    lastCreatedAt: null,
  })
  walk.previousCursor = step.cursor
  const { kind, scope, passId } = pass
  context.emit({ type: 'page', kind, scope, passId, ...written })
}
