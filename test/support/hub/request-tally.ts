/** The work that a request to the Hub belongs to. */
export type RunningWorker = 'page' | 'details' | 'parquet' | 'card'

/** The first request of each piece of work: a page of a full pass, which walks a list from its oldest repo, or a task. */
const BEGINNINGS: readonly (readonly [RunningWorker, RegExp])[] = [
  ['page', /^\/api\/(models|datasets|spaces)\?(?=.*\bsort=createdAt\b)(?=.*\bdirection=1\b)/],
  ['details', /^\/api\/(?:models|datasets|spaces)\/.+\?.*\bblobs=true\b/],
  ['parquet', /^\/api\/datasets\/.+\/parquet$/],
  ['card', /\/resolve\/[^/]+\/README\.md$/],
]

/** The work that a request begins, if any. */
export function workBegunBy(url: string): RunningWorker | undefined {
  return BEGINNINGS.find(([, pattern]) => pattern.test(url))?.[0]
}

/** Counts the tasks that a Hub receives. */
export class RequestTally {
  readonly #tasks = new Map<string, number>()

  count(url: string): void {
    const work = workBegunBy(url)
    if (work !== undefined && work !== 'page') this.#tasks.set(url, (this.#tasks.get(url) ?? 0) + 1)
  }

  /** Number of distinct tasks. */
  get tasks(): number {
    return this.#tasks.size
  }

  /** How often a task was begun again. */
  get repeatedTasks(): number {
    return [...this.#tasks.values()].reduce((sum, times) => sum + times - 1, 0)
  }
}
