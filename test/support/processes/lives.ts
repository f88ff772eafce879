import { SETTINGS } from '../../../src/config/settings.ts'
import { workBegunBy } from '../hub/request-tally.ts'

/** What a process has under way at most: of a list the page that it writes and the one that it read ahead, and tasks of a stage. */
export const UNDER_WAY = { page: 2, task: SETTINGS.hubConnections.default }

/** What processes ask for that one before them, which was killed, had asked for already. */
export class Lives {
  /** By list or stage, and all lives. */
  readonly repeated: Record<string, number> = {}
  /** The same of one life: the most of any. */
  readonly most: Record<string, number> = {}
  /** Of this life, or of the one before: what was asked for last. */
  last = 'nothing'
  readonly #before = new Map<string, Set<string>>()
  #now = new Map<string, Set<string>>()

  /** Whether no life has asked again for more than may have been under way in the one before. */
  get isWithinBounds(): boolean {
    return Object.entries(this.most).every(
      ([what, most]) => most <= UNDER_WAY[what.startsWith('page') ? 'page' : 'task'],
    )
  }

  count(url: string): void {
    const work = workBegunBy(url)
    if (work === undefined) return
    const what = work === 'page' ? `page of ${/^\/api\/(\w+)/.exec(url)?.[1]}` : work
    this.last = work
    // A pass that begins has every right to all pages.
    if (work === 'page' && !url.includes('cursor=')) this.#before.delete(what)
    this.#now.set(what, (this.#now.get(what) ?? new Set()).add(url))
  }

  /** To be called when a process is dead, before there is another. */
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
