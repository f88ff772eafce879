import type { OpenPass, Watermarks } from '../catalog/passes.ts'
import { LISTING_EXPAND } from '../hub/expand.ts'
import { isObject } from '../hub/is-object.ts'
import type { RepoKind } from '../hub/kinds.ts'
import type { ListPage } from '../hub/list-pages.ts'
import { readPage } from './read-page.ts'
import type { PassContext } from './run-pass.ts'
import type { ListingOptions } from './walk-listing.ts'

export interface RecentOptions extends ListingOptions {
  /**
   * How far behind the last pass this one goes back, in milliseconds: a Hub of many machines may list a change later than
   * the date that it gives it, and dates of the same second come in no order of time.
   */
  overlapMs: number
}

/** New repos as well as changed ones: a copied repo keeps a lastModified of before it was created. */
const ORDERS = [
  { sort: 'lastModified', watermark: 'modifiedUntil' },
  { sort: 'createdAt', watermark: 'createdUntil' },
] as const
type Order = (typeof ORDERS)[number]

/** Dates beyond the Hub's own clock by more than this are nobody's lead to follow. */
const CLOCK_TOLERANCE_MS = 5 * 60_000

/**
 * Follows what changed and what is new since the last recent pass: walks both orders from the newest on, each until it is
 * past where the last pass has come, the overlap included. A repo that changes during the walk jumps to its front; it is
 * newer than the watermark that this walk leaves, so the next one meets it.
 *
 * How far it came is measured in the Hub's own dates; our clock plays no part unless the Hub shows none. With nothing to
 * go back to, one page of each order is walked.
 */
export async function walkRecent(
  kind: RepoKind,
  pass: OpenPass,
  options: RecentOptions,
  context: PassContext,
  signal: AbortSignal,
): Promise<void> {
  const since = await context.store.followedUntil({ kind, endpoint: context.endpoint })
  const reached: Watermarks = { ...since }
  const counts = { ...pass }
  let previousCursor = pass.cursor
  for (const order of ORDERS) {
    const dates = new FollowedDates(since[order.watermark], options.overlapMs)
    const parameters = { sort: order.sort, limit: options.pageSize, expand: LISTING_EXPAND[kind] }
    for await (const page of options.hub.listPages(kind, parameters, { signal })) {
      dates.follow(page, order)
      const isEnd = page.next === undefined || dates.isPast
      if (isEnd) reached[order.watermark] = dates.watermark
      const read = readPage({
        kind,
        items: page.items,
        previousCursor,
        cursor: isEnd ? `end of ${order.sort}` : (page.next ?? null),
        requests: page.requests,
        includePrivate: options.includePrivate,
      })
      const isLast = isEnd && order === ORDERS.at(-1)
      const note = dates.isInOrder ? read.note : outOfOrder(order)
      const written = await context.store.writePage(pass, { ...read, note, isLast, watermarks: reached })
      previousCursor = read.cursor
      counts.pages++
      counts.repos += read.repos.length
      counts.inserted += written.inserted
      counts.updated += written.updated
      counts.unchanged += written.unchanged
      counts.rejected += written.rejected.length
      counts.requests += page.requests
      context.emit({ type: 'page', kind, counts: { ...counts }, rejected: written.rejected.map((row) => row.reason) })
      if (isEnd) break
      signal.throwIfAborted()
    }
  }
}

/** Keeps account of the dates of one walk, newest first. */
class FollowedDates {
  readonly #since: string | null
  readonly #untilMs: number | undefined
  #newestMs = Number.NEGATIVE_INFINITY
  #lastMs = Number.POSITIVE_INFINITY
  #isPast = false
  #isInOrder = true

  constructor(since: string | null, overlapMs: number) {
    this.#since = since
    this.#untilMs = since === null ? undefined : Date.parse(since) - overlapMs
  }

  follow(page: ListPage, order: Order): void {
    const latestMs = (page.serverTimeMs ?? Date.now()) + CLOCK_TOLERANCE_MS
    for (const item of page.items) {
      const text = isObject(item) ? item[order.sort] : undefined
      const dateMs = typeof text === 'string' ? Date.parse(text) : Number.NaN
      if (Number.isNaN(dateMs)) continue
      if (dateMs > this.#lastMs) this.#isInOrder = false
      this.#lastMs = dateMs
      if (dateMs <= latestMs) this.#newestMs = Math.max(this.#newestMs, dateMs)
    }
    this.#isPast = this.#untilMs === undefined || this.#lastMs < this.#untilMs || !this.#isInOrder
  }

  /** Whether the walk has come to what the last one has seen, or cannot come there. */
  get isPast(): boolean {
    return this.#isPast
  }

  get isInOrder(): boolean {
    return this.#isInOrder
  }

  /** Up to where everything is followed now. Never goes back. */
  get watermark(): string | null {
    const sinceMs = this.#since === null ? Number.NEGATIVE_INFINITY : Date.parse(this.#since)
    if (!this.#isInOrder || this.#newestMs <= sinceMs) return this.#since
    return new Date(this.#newestMs).toISOString()
  }
}

function outOfOrder(order: Order): string {
  return `The Hub does not list by descending ${order.sort}, so changes could not be followed; full passes find them.`
}
