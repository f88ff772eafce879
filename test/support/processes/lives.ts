import { SETTINGS } from '../../../src/config/settings.ts'
import { workBegunBy } from '../hub/request-tally.ts'

/** The most that a process has in flight: the page that it writes and the one that it has read ahead, and tasks of a stage. */
export const UNDER_WAY = { page: 2, task: SETTINGS.hubConnections.default }

/** Counts requests that processes repeat after the one before them was killed. */
export class Lives {
  /** By list or stage, over all lives. */
  readonly repeated: Record<string, number> = {}
  /** By list or stage, the maximum of any life. */
  readonly most: Record<string, number> = {}
  /** URLs of the previous life, and then of this one. */
  last = 'nothing'
  readonly #before = new Map<string, Set<string>>()
  #now = new Map<string, Set<string>>()

  /** Whether no life has repeated more than may have been in flight in the previous one. */
  get isWithinBounds(): boolean {
    return Object.entries(this.most).every(([what, most]) => most <= UNDER_WAY[what.startsWith('page') ? 'page' : 'task'])
  }

  count(url: string): void {
    const work = workBegunBy(url)
    if (work === undefined) return
    const what = work === 'page' ? `page of ${/^\/api\/(\w+)/.exec(url)?.[1]}` : work
    this.last = work
    // A new pass requests all pages.
    if (work === 'page' && !url.includes('cursor=')) this.#before.delete(what)
    this.#now.set(what, (this.#now.get(what) ?? new Set()).add(url))
  }

  /** Call this after a process has died and before the next starts. */
  end(): void {
    for (const [what, urls] of this.#now) {
      const before = this.#before.get(what) ?? new Set()
      const again = urls.intersection(before).size
      this.repeated[what] = (this.repeated[what] ?? 0) + again
      this.most[what] = Math.max(this.most[what] ?? 0, again)
      this.#before.set(what, before.union(urls))
    }
    this.#now = new Map()
    this.last = 'nothing'
  }
}
