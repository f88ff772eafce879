import type { TaskName } from '../../config/settings.ts'
import { createLanes, type Lanes, type TokenRates } from '../../crawl/tasks/lanes.ts'
import { type Lane, QUEUED_TASK_NAMES, type QueuedTaskName } from '../../queue/tasks.ts'

/** The tasks that a live worker takes, and the fingerprints of its tokens. */
export interface LaneWorkers {
  tasks: readonly string[]
  budgets: readonly string[]
}

/** The lanes of live workers, whatever their tokens. Tasks that no worker takes wait in the lanes of this process's tokens. */
export class LaneRouter implements Lanes {
  readonly #own: Lanes
  readonly #rates = new Map<string, number>()
  #workers: readonly LaneWorkers[] = []
  #byName = new Map<QueuedTaskName, Lanes>()
  readonly #listeners = new Set<() => void>()

  /** @param budgets fingerprints of this process's own tokens, at least one */
  constructor(budgets: readonly string[]) {
    this.#own = createLanes(budgets, this.#rates)
  }

  get all(): readonly Lane[] {
    const lanes = [...this.#own.all, ...QUEUED_TASK_NAMES.flatMap((name) => this.ofName(name))]
    return [...new Map(lanes.map((lane) => [`${lane.name} ${lane.budget}`, lane])).values()]
  }

  ofName(name: QueuedTaskName): readonly Lane[] {
    return (this.#byName.get(name) ?? this.#own).ofName(name)
  }

  of(name: QueuedTaskName, key: string): Lane {
    return (this.#byName.get(name) ?? this.#own).of(name, key)
  }

  /** Whether a live worker takes tasks from the lane. */
  isServed({ name, budget }: Lane): boolean {
    return this.#workers.some(
      ({ tasks, budgets }) => tasks.includes(name) && (budget === undefined || budgets.includes(budget)),
    )
  }

  /** Whether a live worker takes tasks of this name. */
  hasWorker(name: TaskName): boolean {
    return this.#workers.some(({ tasks }) => tasks.includes(name))
  }

  setWorkers(workers: readonly LaneWorkers[]): void {
    this.#workers = workers
    this.#byName = new Map()
    for (const name of QUEUED_TASK_NAMES) {
      const budgets = workers.filter(({ tasks }) => tasks.includes(name)).flatMap((worker) => worker.budgets)
      if (budgets.length > 0) this.#byName.set(name, createLanes(budgets, this.#rates))
    }
    for (const listener of this.#listeners) listener()
  }

  setRates(rates: TokenRates): void {
    this.#rates.clear()
    for (const [budget, rate] of rates) this.#rates.set(budget, rate)
  }

  /** Calls back after each `setWorkers`. @returns a function that unsubscribes */
  onWorkersChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}
