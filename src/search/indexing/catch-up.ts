import type { Kysely } from 'kysely'
import { countBacklog, isRebuilding, lastEntry } from '../../catalog/outbox/backlog.ts'
import type { LeaseOwner } from '../../catalog/processes/lease-owner.ts'
import type { Database } from '../../catalog/schema.ts'
import type { SearchEngine } from '../search-engine.ts'
import { requireActiveIndex } from './active-index.ts'
import { rebuildIndex } from './rebuild.ts'

/** A rebuild pays off when so large a share of the index has to be written. */
const LARGE_SHARE = 0.5
/** A pass that writes more than so many repos per second is short, so a rebuild waits for its end. */
const FAST_PER_SECOND = 2_000

/** Decides when an index is so far behind its outbox that a rebuild is faster than to apply the entries: see `rebuildsFrom`. */
export class CatchUp {
  readonly #db: Kysely<Database>
  readonly #engine: SearchEngine
  readonly #owner: LeaseOwner
  readonly #now: () => number
  #lastLook = { entry: 0, at: Number.NEGATIVE_INFINITY }

  /** @param now a clock in milliseconds */
  constructor(db: Kysely<Database>, engine: SearchEngine, owner: LeaseOwner, now: () => number = () => performance.now()) {
    this.#db = db
    this.#engine = engine
    this.#owner = owner
    this.#now = now
  }

  /** @throws SearchUnavailable if the engine's index is not the active one: a rebuild would make it so */
  async isDue(): Promise<boolean> {
    const least = this.#engine.rebuildsFrom
    if (least === Number.POSITIVE_INFINITY || (await countBacklog(this.#db, least)) < least) return false
    const share = Math.ceil((await this.#engine.count()) * LARGE_SHARE)
    if (share > least && (await countBacklog(this.#db, share)) < share) return false
    await requireActiveIndex(this.#db, this.#engine)
    return !(await isRebuilding(this.#db, this.#owner))
  }

  /** Whether the outbox has grown fast since the last call, or this is the first. */
  async isGrowing(): Promise<boolean> {
    const { entry, at } = this.#lastLook
    this.#lastLook = { entry: Number(await lastEntry(this.#db)), at: this.#now() }
    const seconds = (this.#lastLook.at - at) / 1000
    return seconds === Number.POSITIVE_INFINITY || (this.#lastLook.entry - entry) / seconds > FAST_PER_SECOND
  }

  /** @param onProgress called with the number of documents written so far */
  async rebuild(batchSize: number, signal: AbortSignal, onProgress: (documents: number) => void): Promise<void> {
    const onWaiting = () => undefined
    await rebuildIndex(this.#db, this.#engine, { owner: this.#owner, batchSize, signal, onProgress, onWaiting })
  }
}
