/** A page of a full pass, which walks a list from its oldest repo on. */
const LIST = /^\/api\/(models|datasets|spaces)\?(?=.*\bsort=createdAt\b)(?=.*\bdirection=1\b)/
/** The request that each stage begins with: details, the Parquet listing, the card. */
const TASK = /^\/api\/(?:models|datasets|spaces)\/.+?(?:\?|\/parquet$)|\/resolve\/[^/]+\/README\.md$/

/** Counts what a Hub was asked for, as far as it tells work from work done again. */
export class RequestTally {
  /** Pages of lists, over all passes. */
  listed = 0
  readonly #tasks = new Map<string, number>()

  count(url: string): void {
    if (LIST.test(url)) this.listed++
    else if (TASK.test(url)) this.#tasks.set(url, (this.#tasks.get(url) ?? 0) + 1)
  }

  /** Different repos that a stage was begun for, once for each stage. */
  get tasks(): number {
    return this.#tasks.size
  }

  /** How often a stage was begun for a repo for which it had been begun before. */
  get repeatedTasks(): number {
    return [...this.#tasks.values()].reduce((sum, times) => sum + times - 1, 0)
  }
}
