import type { Watermarks } from '../../catalog/passes/pass.ts'
import type { HubClient } from '../../hub/client.ts'
import { HubError, RequestLimitReached } from '../../hub/errors.ts'
import { instantOf } from '../../hub/instant.ts'
import { isObject } from '../../hub/is-object.ts'
import type { RepoKind } from '../../hub/kinds.ts'
import type { ListPage } from '../../hub/listing/list-pages.ts'

/** By creation as well as by change: a copied repo keeps a lastModified of before it was created. */
export const ORDERS = [
  { sort: 'lastModified', watermark: 'modifiedUntil' },
  { sort: 'createdAt', watermark: 'createdUntil' },
] as const
export type RecentOrder = (typeof ORDERS)[number]

/** Keeps account of the dates of one walk, newest first. */
export class WatermarkTracker {
  readonly #order: RecentOrder
  readonly #since: string | null
  readonly #untilMs: number | undefined
  #newestMs = Number.NEGATIVE_INFINITY
  #lastMs = Number.POSITIVE_INFINITY
  #isInOrder = true

  /** `since` is where the last walk began, ISO 8601; `overlapMs` how far behind that this one goes. */
  constructor(order: RecentOrder, since: string | null, overlapMs: number) {
    this.#order = order
    this.#since = since
    this.#untilMs = since === null ? undefined : Date.parse(since) - overlapMs
  }

  /** Dates beyond the Hub's own clock lead nowhere: what changes before they have come would be taken for seen. */
  follow(page: Pick<ListPage, 'items' | 'serverTimeMs'>): void {
    const latestMs = page.serverTimeMs ?? Date.now()
    for (const item of page.items) {
      const text = isObject(item) ? item[this.#order.sort] : undefined
      const dateMs = typeof text === 'string' ? instantOf(text) : undefined
      if (dateMs === undefined) continue
      if (dateMs > this.#lastMs) this.#isInOrder = false
      this.#lastMs = dateMs
      if (dateMs <= latestMs) this.#newestMs = Math.max(this.#newestMs, dateMs)
    }
  }

  /** Whether the walk has come to what the last one has seen, or cannot come there. */
  get isPast(): boolean {
    return this.#untilMs === undefined || this.#lastMs < this.#untilMs || !this.#isInOrder
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

const PEEKED_REPOS = 20

/**
 * The newest dates on the Hub now, by its own clock: a request for each order. What a full pass that begins now does not
 * see of later changes is newer than these. Null where the Hub cannot tell.
 *
 * @throws RequestLimitReached, or the signal's reason when it aborts
 */
export async function newestDates(hub: HubClient, kind: RepoKind, signal: AbortSignal): Promise<Watermarks> {
  const newest: Watermarks = { modifiedUntil: null, createdUntil: null }
  for (const order of ORDERS) {
    const dates = new WatermarkTracker(order, null, 0)
    const parameters = { sort: order.sort, limit: PEEKED_REPOS, expand: [order.sort] }
    try {
      for await (const page of hub.listPages(kind, parameters, { signal })) {
        dates.follow(page)
        break
      }
      newest[order.watermark] = dates.watermark
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof RequestLimitReached || !(error instanceof HubError)) throw error
    }
  }
  return newest
}
