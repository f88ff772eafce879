import type { Watermarks } from '../../catalog/passes/pass.ts'
import type { HubClient } from '../../hub/client.ts'
import { HubError, RequestLimitReached } from '../../hub/errors.ts'
import { instantOf } from '../../hub/instant.ts'
import { isObject } from '../../hub/is-object.ts'
import type { RepoKind } from '../../hub/kinds.ts'
import type { ListPage } from '../../hub/listing/list-pages.ts'

/** Both, because a copied repo keeps a lastModified from before its creation. */
export const RECENT_SORTS = [
  { field: 'lastModified', watermark: 'modifiedUntil' },
  { field: 'createdAt', watermark: 'createdUntil' },
] as const
export type RecentSort = (typeof RECENT_SORTS)[number]

/** The field of a date, and the watermark that it moves. */
export interface DatedList {
  field: string
  watermark: keyof Watermarks
}

/** Tracks the dates in one walk, newest first. */
export class WatermarkTracker {
  readonly #sort: DatedList
  readonly #since: string | null
  readonly #endMs: number | undefined
  #newestMs = Number.NEGATIVE_INFINITY
  #lastMs = Number.POSITIVE_INFINITY
  #isInOrder = true

  /** @param since the watermark of the last walk, ISO 8601. This walk goes back `overlapMs` further. */
  constructor(sort: DatedList, since: string | null, overlapMs: number) {
    this.#sort = sort
    this.#since = since
    this.#endMs = since === null ? undefined : Date.parse(since) - overlapMs
  }

  /** Dates later than the Hub's clock do not count: a watermark in the future would hide the changes before it. */
  record(page: Pick<ListPage, 'items' | 'serverTimeMs'>): void {
    const latestMs = page.serverTimeMs ?? Date.now()
    for (const item of page.items) {
      const text = isObject(item) ? item[this.#sort.field] : undefined
      const dateMs = typeof text === 'string' ? instantOf(text) : undefined
      if (dateMs === undefined) continue
      if (dateMs > this.#lastMs) this.#isInOrder = false
      this.#lastMs = dateMs
      if (dateMs <= latestMs) this.#newestMs = Math.max(this.#newestMs, dateMs)
    }
  }

  /** Whether the walk has reached repos that the last walk has seen, or cannot reach them. */
  get isCaughtUp(): boolean {
    return this.#endMs === undefined || this.#lastMs < this.#endMs || !this.#isInOrder
  }

  get isInOrder(): boolean {
    return this.#isInOrder
  }

  /** The catalog has all changes up to here. Never goes back. */
  get watermark(): string | null {
    const sinceMs = this.#since === null ? Number.NEGATIVE_INFINITY : Date.parse(this.#since)
    if (!this.#isInOrder || this.#newestMs <= sinceMs) return this.#since
    return new Date(this.#newestMs).toISOString()
  }
}

const PEEKED_REPOS = 20

/**
 * The newest dates on the Hub, for one request each. A full pass that begins now may miss later changes, whose dates are
 * newer. Null if the Hub gives no date.
 *
 * @throws RequestLimitReached, or the signal's reason when it aborts
 */
export async function newestDates(hub: HubClient, kind: RepoKind, signal: AbortSignal): Promise<Watermarks> {
  const newest: Watermarks = { modifiedUntil: null, createdUntil: null }
  for (const sort of RECENT_SORTS) {
    const dates = new WatermarkTracker(sort, null, 0)
    const parameters = { sort: sort.field, limit: PEEKED_REPOS, expand: [sort.field] }
    try {
      for await (const page of hub.listPages(kind, parameters, { signal })) {
        dates.record(page)
        break
      }
      newest[sort.watermark] = dates.watermark
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof RequestLimitReached || !(error instanceof HubError)) throw error
    }
  }
  return newest
}
