import type { Quantiles } from '../../src/sample-hub/generator/distribution.ts'

/** Figures of the real Hub on which the simulation is based, with their sources. */

/** 3.1 M models, 1.5 M datasets, 1.5 M Spaces (October 2026). */
export const REAL_REPOS = 6_100_000
export const DATASET_SHARE = 0.25

/** About 3,000 models, 2,000 datasets and 2,400 Spaces per day, from the Hub's totals on two dates. */
export const NEW_REPOS_PER_DAY = 7_400 / REAL_REPOS

export const WINDOW_SECONDS = 300

/** A full pass reads pages of 1,000 once a day. */
export const FULL_PASS_REQUESTS_PER_DAY = REAL_REPOS / 1_000
/** New and changed repos of three kinds, one page each, every five minutes. */
export const RECENT_PASS_REQUESTS = 6

export interface ChurnClass {
  /** Repos up to this rank by downloads, as a share of all. */
  upToRank: number
  /** How often per day someone returns to such a repo and commits, once or several times. */
  visitsPerDay: number
}

/**
 * Popular repos change more often. First class: over six days in 2026, 1.1 % of the thousand trending models had a new
 * `lastModified` 4.6 hours later. That is 0.057 changes per day, or half as many visits. The other classes: shares of the
 * census that were modified in its last 30 days (10.6 %, 7 %, then 16 and 15 % minus the 13 % created in that time).
 */
export const CHURN: readonly ChurnClass[] = [
  { upToRank: 0.0002, visitsPerDay: 0.028 },
  { upToRank: 0.01, visitsPerDay: 0.0037 },
  { upToRank: 0.05, visitsPerDay: 0.0024 },
  { upToRank: 0.5, visitsPerDay: 0.001 },
  { upToRank: 1, visitsPerDay: 0.0007 },
]

/** Commits per visit; a new repo is made in one visit. An assumption: no source counts them. */
export const COMMITS_PER_VISIT = 2

/** Hours between two commits of one visit: 5,020 pairs of `lastModified` of the same model, seen within three days. */
export const HOURS_BETWEEN_COMMITS: Quantiles = [
  [0.05, 1],
  [0.25, 7],
  [0.5, 23],
  [0.75, 48],
  [0.9, 83],
  [0.95, 120],
  [1, 171],
]
