import type { SimulatedRepo } from './world.ts'

export const REPO_CLASSES = ['top 1 %', 'middle', 'tail'] as const
type RepoClass = (typeof REPO_CLASSES)[number]

/** Lag is the time since the oldest commit that the stages of a repo do not reflect; 0 if they reflect all. */
interface ClassLag {
  /** Mean over time and repos, including those that are up to date. */
  meanDays: number
  /** Time until a commit was reflected; for those that still wait, the time until the end. */
  waitP50Days: number
  waitP95Days: number
}

export interface LagReport {
  /** Mean lag over time and repos, weighted by downloads: the expected lag of a random download. */
  weightedDays: number
  classes: Record<RepoClass, ClassLag>
}

/** The top 1 %, the rest of the upper half, the lower half. */
function classOf({ rank }: Pick<SimulatedRepo, 'rank'>): RepoClass {
  if (rank <= 0.01) return 'top 1 %'
  return rank <= 0.5 ? 'middle' : 'tail'
}

export class LagMeter {
  #weightedLag = 0
  #weightedDays = 0
  readonly #classes = { 'top 1 %': new ClassMeter(), middle: new ClassMeter(), tail: new ClassMeter() }

  /** Records how long a repo existed. */
  present(repo: SimulatedRepo, days: number): void {
    this.#classes[classOf(repo)].repoDays += days
    this.#weightedDays += weightOf(repo) * days
  }

  /** Records how long a repo was out of date: its lag rose from 0 to that. */
  waited(repo: SimulatedRepo, days: number): void {
    this.#classes[classOf(repo)].waits.push(days)
    this.#weightedLag += (weightOf(repo) * days ** 2) / 2
  }

  report(): LagReport {
    const classes = Object.fromEntries(REPO_CLASSES.map((name) => [name, this.#classes[name].report()]))
    return {
      weightedDays: this.#weightedLag / Math.max(1, this.#weightedDays),
      classes: classes as Record<RepoClass, ClassLag>,
    }
  }
}

class ClassMeter {
  repoDays = 0
  readonly waits: number[] = []

  report(): ClassLag {
    const sorted = Float64Array.from(this.waits).sort()
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0
    const lagDays = sorted.reduce((total, days) => total + days ** 2 / 2, 0)
    return { meanDays: lagDays / Math.max(1, this.repoDays), waitP50Days: at(0.5), waitP95Days: at(0.95) }
  }
}

/** Repos without downloads count a little, too. */
function weightOf({ downloads }: SimulatedRepo): number {
  return downloads + 1
}
