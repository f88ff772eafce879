import type { TaskName } from '../../config/settings.ts'
import { createLanes, type Lanes, type TokenRates } from '../../crawl/tasks/lanes.ts'
import { type Lane, QUEUED_TASK_NAMES, type QueuedTaskName } from '../../queue/tasks.ts'

/** Which tasks a living worker takes, and with which tokens. */
export interface LaneWorkers {
  tasks: readonly string[]
  budgets: readonly string[]
}

/**
 * The lanes that workers serve, whatever tokens those have: a task is added where somebody will take it. Tasks of a name that
 * no worker takes wait in the lanes of this process's own tokens.
 */
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

  /** Whether a living worker takes tasks from it. */
  isServed({ name, budget }: Lane): boolean {
    return this.#workers.some(
      ({ tasks, budgets }) => tasks.includes(name) && (budget === undefined || budgets.includes(budget)),
    )
  }

  /** Whether a living worker takes tasks of this name. */
  hasWorker(name: TaskName): boolean {
    return this.#workers.some(({ tasks }) => tasks.includes(name))
  }

  /** Takes over which workers there are. */
  follow(workers: readonly LaneWorkers[]): void {
    this.#workers = workers
    this.#byName = new Map()
    for (const name of QUEUED_TASK_NAMES) {
      const budgets = workers.filter(({ tasks }) => tasks.includes(name)).flatMap((worker) => worker.budgets)
      if (budgets.length > 0) this.#byName.set(name, createLanes(budgets, this.#rates))
    }
    for (const listener of this.#listeners) listener()
  }

  /** Takes over what each token may ask. */
  weigh(rates: TokenRates): void {
    this.#rates.clear()
    for (const [budget, rate] of rates) this.#rates.set(budget, rate)
  }

  /**
   * Calls back each time when the workers were looked at.
   *
   * @returns what ends it
   */
  onLook(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}
