import { FULL_PASS_REQUESTS_PER_DAY, REAL_REPOS, RECENT_PASS_REQUESTS, WINDOW_SECONDS } from './hub-facts.ts'
import { LagMeter, type LagReport } from './lag.ts'
import type { DueRepo, Order } from './orders.ts'
import { Shortlist } from './shortlist.ts'
import { downloadsAt, type SimulatedRepo, type World } from './world.ts'

const WINDOWS_PER_DAY = 86_400 / WINDOW_SECONDS
const WINDOWS_PER_HOUR = 3_600 / WINDOW_SECONDS

export interface Simulation {
  order: Order
  world: World
  days: number
  /** Requests that the real Hub grants per five minutes; scaled down with the number of repos. */
  quota: number
  /** Whether the stages of all repos are done at the start; otherwise only the listing is. */
  isWarm: boolean
}

export interface SimulationReport extends LagReport {
  /** Repos whose stages reflect all commits at the end, as a share of all. */
  upToDate: number
}

/** Simulates window by window: passes find changes and use their requests, then stages use the rest in the given order. */
export function simulate(simulation: Simulation): SimulationReport {
  const run = new SimulationRun(simulation)
  for (let window = 1; window <= simulation.days * WINDOWS_PER_DAY; window++) run.step(window)
  return run.end()
}

/** The requests that passes leave per window, on the real Hub. */
export function requestsForStages(quota: number): number {
  return quota - RECENT_PASS_REQUESTS - FULL_PASS_REQUESTS_PER_DAY / WINDOWS_PER_DAY
}

class SimulationRun {
  readonly #world: World
  readonly #repos: readonly SimulatedRepo[]
  readonly #requestsPerWindow: number
  readonly #meter = new LagMeter()
  readonly #due = new Map<number, DueRepo>()
  readonly #done = new Set<number>()
  readonly #shortlist: Shortlist | undefined
  #present: number
  #nextChange = 0
  #nextInRound = 0
  #credit = 0
  #nowDays = 0

  constructor({ order, world, quota, isWarm }: Simulation) {
    this.#world = world
    this.#repos = world.repos
    this.#present = world.present
    this.#requestsPerWindow = requestsForStages(quota) * (world.present / REAL_REPOS)
    // Enough for an hour without reading the other due repos.
    const size = Math.ceil(2 * WINDOWS_PER_HOUR * this.#requestsPerWindow)
    this.#shortlist = order.score === undefined ? undefined : new Shortlist(order.score, size)
    for (let repo = 0; repo < world.present; repo++) {
      if (isWarm) this.#done.add(repo)
      else this.#becomesDue(repo, 0)
    }
  }

  step(window: number): void {
    this.#nowDays = window / WINDOWS_PER_DAY
    while ((this.#repos[this.#present]?.createdAtDays ?? Number.POSITIVE_INFINITY) <= this.#nowDays) this.#present++
    this.#followChanges()
    if (window % WINDOWS_PER_DAY === 0) this.#listCounters()
    this.#credit += this.#requestsPerWindow
    if (this.#shortlist === undefined) this.#goAround()
    else this.#serveBest(this.#shortlist, window % WINDOWS_PER_HOUR === 1)
    // Unused requests of a window are lost, except for a fraction of one.
    this.#credit = Math.min(this.#credit, 1)
  }

  end(): SimulationReport {
    const upToDate = 1 - this.#due.size / this.#present
    for (const repo of [...this.#due.keys()]) this.#finish(repo)
    for (const repo of this.#repos.slice(0, this.#present)) {
      this.#meter.present(repo, this.#nowDays - Math.max(0, repo.createdAtDays))
    }
    return { ...this.#meter.report(), upToDate }
  }

  #followChanges(): void {
    const { changes } = this.#world
    for (let change = changes[this.#nextChange]; change !== undefined && change.atDays <= this.#nowDays; ) {
      this.#becomesDue(change.repo, change.atDays)
      change = changes[++this.#nextChange]
    }
  }

  #becomesDue(repo: number, dueSinceDays: number): void {
    if (this.#due.has(repo)) return
    const { requests } = this.#repo(repo)
    const isFirstTime = !this.#done.has(repo)
    const due = { repo, requests, downloads: this.#listedDownloads(repo), dueSinceDays, isFirstTime }
    this.#due.set(repo, due)
    this.#shortlist?.add(due, this.#nowDays)
  }

  #listCounters(): void {
    for (const due of this.#due.values()) due.downloads = this.#listedDownloads(due.repo)
  }

  /** The downloads in the full pass of that day. */
  #listedDownloads(repo: number): number {
    return downloadsAt(this.#repo(repo), Math.floor(this.#nowDays))
  }

  #goAround(): void {
    for (let visited = 0; visited < this.#present && this.#credit >= 1; visited++) {
      this.#credit -= this.#repo(this.#nextInRound).requests
      this.#finish(this.#nextInRound)
      this.#nextInRound = (this.#nextInRound + 1) % this.#present
    }
  }

  #serveBest(best: Shortlist, isHour: boolean): void {
    if (isHour) best.refill(this.#due.values(), this.#nowDays)
    while (this.#credit >= 1 && this.#due.size > 0) {
      const next = best.take()
      if (next === undefined) {
        best.refill(this.#due.values(), this.#nowDays)
        continue
      }
      this.#credit -= next.requests
      this.#finish(next.repo)
    }
  }

  #finish(repo: number): void {
    const due = this.#due.get(repo)
    if (due === undefined) return
    this.#meter.waited(this.#repo(repo), this.#nowDays - due.dueSinceDays)
    this.#due.delete(repo)
    this.#done.add(repo)
  }

  #repo(repo: number): SimulatedRepo {
    return this.#repos[repo] as SimulatedRepo
  }
}
