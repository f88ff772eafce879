/** What a request to the Hub is a part of. */
export type RunningWorker = 'page' | 'details' | 'parquet' | 'card'

/** The request that each piece of work begins with: a page of a full pass, which walks a list from its oldest repo on, or a task. */
const BEGINNINGS: readonly (readonly [RunningWorker, RegExp])[] = [
  ['page', /^\/api\/(models|datasets|spaces)\?(?=.*\bsort=createdAt\b)(?=.*\bdirection=1\b)/],
  ['details', /^\/api\/(?:models|datasets|spaces)\/.+\?.*\bblobs=true\b/],
  ['parquet', /^\/api\/datasets\/.+\/parquet$/],
  ['card', /\/resolve\/[^/]+\/README\.md$/],
]

/** The work that a request begins, if it begins one. */
export function workBegunBy(url: string): RunningWorker | undefined {
  return BEGINNINGS.find(([, pattern]) => pattern.test(url))?.[0]
}

/** Counts the tasks that a Hub was asked for. */
export class RequestTally {
  readonly #tasks = new Map<string, number>()

  count(url: string): void {
    const work = workBegunBy(url)
    if (work !== undefined && work !== 'page') this.#tasks.set(url, (this.#tasks.get(url) ?? 0) + 1)
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
