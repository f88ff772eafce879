/** The Hub, and how it grows: tripled in five years. */
const REPOS_NOW = 6_100_000
const FACTOR = 3
const YEARS = 5

/** What was measured, per repo. */
export interface Measured {
  /** Catalog without history and events, with indexes. */
  catalogBytes: number
  /** Search index. */
  indexBytes: number
  /** History, per repo and day, at a full month. */
  historyBytesPerDay: number
  /** Seconds to write a daily pass, and to index what moved, per repo. */
  passSeconds: number
  indexSeconds: number
}

/**
 * Sizes year by year, if nothing is ever deleted.
 *
 * @param movedShare of repos whose counters move per day, among which the measured history was written; scales history alone
 */
export function projectGrowth(measured: Measured, movedShare: number, measuredShare: number): object[] {
  let historyBytes = 0
  return Array.from({ length: YEARS + 1 }, (_, year) => {
    const repos = REPOS_NOW * FACTOR ** (year / YEARS)
    if (year > 0) {
      const meanRepos = REPOS_NOW * FACTOR ** ((year - 0.5) / YEARS)
      historyBytes += 365 * meanRepos * measured.historyBytesPerDay * (movedShare / measuredShare)
    }
    const gigabytes = (bytes: number) => Math.round(bytes / 1e9)
    const [catalog, index] = [measured.catalogBytes * repos, measured.indexBytes * repos]
    return {
      year,
      'repos, millions': (repos / 1e6).toFixed(1),
      'catalog GB': gigabytes(catalog),
      'index GB': gigabytes(index),
      'history GB': gigabytes(historyBytes),
      'sum GB': gigabytes(catalog + index + historyBytes),
      'daily pass, minutes': Math.round((measured.passSeconds * repos) / 60),
      'daily indexing, minutes': Math.round((measured.indexSeconds * repos) / 60),
    }
  })
}
