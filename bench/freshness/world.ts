import { MODEL_DOWNLOADS } from '../../src/sample-hub/generator/counters.ts'
import { createQuantile } from '../../src/sample-hub/generator/distribution.ts'
import { CHURN, COMMITS_PER_VISIT, DATASET_SHARE, HOURS_BETWEEN_COMMITS, NEW_REPOS_PER_DAY } from './hub-facts.ts'
import { createRandom, type Random } from './random.ts'

export interface SimulatedRepo {
  /** Share of all repos that have more downloads. */
  rank: number
  /** Downloads in 30 days, once it is that old. */
  downloads: number
  /** Days since the start; far in the past for repos that exist at the start. */
  createdAtDays: number
  /** Requests of the bucket `api` that bring its stages up to date: details, for datasets also the list of Parquet files. */
  requests: number
}

/** A commit, which makes the stages of the repo out of date. */
interface Change {
  atDays: number
  repo: number
}

export interface World {
  /** By time of creation. */
  repos: readonly SimulatedRepo[]
  /** The number of repos at the start. */
  present: number
  /** By time. */
  changes: readonly Change[]
}

const downloadsOf = createQuantile(MODEL_DOWNLOADS)
const hoursBetweenCommits = createQuantile(HOURS_BETWEEN_COMMITS)

/** Creates a Hub of `size` repos and its changes over some days. Equal seeds give equal worlds. */
export function createWorld(size: number, days: number, seed: number): World {
  const random = createRandom(seed)
  // Ranks are spread evenly, so that a small Hub has the tail of a large one.
  const repos = shuffledRanks(size, random).map((rank) => createRepo(rank, -365, random))
  for (const atDays of moments(NEW_REPOS_PER_DAY * size, 0, days, random)) {
    repos.push(createRepo(random.uniform(), atDays, random))
  }
  const changes = repos.flatMap(({ rank, createdAtDays }, repo) => {
    const visits = [...moments(visitsPerDay(rank), Math.max(0, createdAtDays), days, random)]
    if (createdAtDays >= 0) visits.unshift(createdAtDays)
    return visits.flatMap((atDays) => commitsOfVisit(atDays, random).map((commitDays) => ({ atDays: commitDays, repo })))
  })
  changes.sort((one, other) => one.atDays - other.atDays)
  return { repos, present: size, changes: changes.filter(({ atDays }) => atDays < days) }
}

function createRepo(rank: number, createdAtDays: number, random: Random): SimulatedRepo {
  const requests = random.uniform() < DATASET_SHARE ? 2 : 1
  return { rank, downloads: downloadsOf(1 - rank), createdAtDays, requests }
}

function visitsPerDay(rank: number): number {
  return CHURN.find(({ upToRank }) => rank <= upToRank)?.visitsPerDay ?? 0
}

function* moments(perDay: number, fromDays: number, toDays: number, random: Random): Generator<number> {
  for (let day = fromDays + random.waitDays(perDay); day < toDays; day += random.waitDays(perDay)) yield day
}

function commitsOfVisit(atDays: number, random: Random): number[] {
  const commits = [atDays]
  for (let left = random.count(COMMITS_PER_VISIT) - 1; left > 0; left--) {
    commits.push((commits.at(-1) ?? atDays) + hoursBetweenCommits(random.uniform()) / 24)
  }
  return commits
}

function shuffledRanks(size: number, random: Random): number[] {
  const ranks = Array.from({ length: size }, (_, place) => (place + 0.5) / size)
  for (let last = size - 1; last > 0; last--) {
    const other = Math.floor(random.uniform() * (last + 1))
    const swapped = ranks[last] ?? 0
    ranks[last] = ranks[other] ?? 0
    ranks[other] = swapped
  }
  return ranks
}

/** Downloads in the last 30 days. A new repo has only those since its creation. */
export function downloadsAt({ downloads, createdAtDays }: SimulatedRepo, nowDays: number): number {
  return Math.floor(downloads * Math.min(1, Math.max(0, nowDays - createdAtDays) / 30))
}
