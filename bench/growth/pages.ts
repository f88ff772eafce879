import { REPO_KINDS, type RepoKind } from '../../src/hub/kinds.ts'
import { EXPANDABLE } from '../../src/hub-server/repo-fields.ts'
import { createDraw } from '../../src/sample-hub/generator/draw.ts'
import { generateShelves } from '../../src/sample-hub/generator/generate-shelves.ts'

/** What changes from one day to the next, as shares of all repos. */
export interface DailyShares {
  /** Counters move. */
  moved: number
  /** A commit changes the content. */
  committed: number
  /** New repos. */
  created: number
}

/**
 * Of the real Hub: 25,000 commits and 7,400 new repos per day among 6.1 million (bench/freshness/hub-facts.ts); and the goal.
 */
export const DAILY: DailyShares = { moved: 0.8, committed: 25_000 / 6_100_000, created: 7_400 / 6_100_000 }

export interface Page {
  kind: RepoKind
  items: readonly unknown[]
}

const PAGE = 1_000

/** The pages of a full pass on a day. The same day gives the same pages; day 0 is the first crawl. */
export function* pagesOfDay(repos: number, day: number, { moved, committed, created }: DailyShares): Generator<Page> {
  const shelves = generateShelves(Math.ceil(repos * (1 + 60 * created)), 1)
  const draw = createDraw(7)
  for (const kind of REPO_KINDS) {
    const { size } = shelves[kind]
    const present = Math.min(size, Math.floor((size * (1 + day * created)) / (1 + 60 * created)))
    const names = new Set(EXPANDABLE[kind].filter((name) => name !== 'siblings'))
    let items: unknown[] = []
    for (let index = 0; index < present; index++) {
      const repo: Record<string, unknown> = { ...shelves[kind].repoAt(index, { names, blobs: false }) }
      let moves = 0
      let commits = 0
      for (let past = 1; past <= day; past++) {
        if (draw(index, 2 * past) < moved) moves = past
        if (draw(index, 2 * past + 1) < committed) commits = past
      }
      repo['downloads'] = Number(repo['downloads'] ?? 0) + 7 * moves
      repo['likes'] = Number(repo['likes'] ?? 0) + moves
      if (commits > 0) repo['sha'] = String(commits).padStart(40, '0')
      if (items.push(repo) < PAGE) continue
      yield { kind, items }
      items = []
    }
    if (items.length > 0) yield { kind, items }
  }
}
