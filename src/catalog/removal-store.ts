import type { RepoKind } from '../hub/kinds.ts'
import type { CatalogConnection } from './connection.ts'
import { retryConnection } from './connection-retry.ts'
import { misplaceRepos } from './misplaced-repos.ts'
import { writeRepos } from './page-write.ts'
import { amendPass } from './passes.ts'
import {
  beginProbes,
  controlRepos,
  countProbes,
  dropCandidates,
  endProbes,
  liveRepos,
  type RemovalCandidate,
  type RemovalShare,
  removalCandidates,
  removalShare,
  removeRepos,
} from './removals.ts'
import type { RepoRecord } from './repo-record.ts'
import type { RemovalCause } from './schema.ts'

/** What was learned after the last page of a pass. */
export interface SweepCounts {
  removed: number
  unproved: number
  requests: number
  note: string | null
}

/** What it takes to prove what is gone. The crawl knows this port and no database. */
export interface RemovalStore {
  share(kind: RepoKind): Promise<RemovalShare>
  /** Those never asked for first, then those asked for longest ago. */
  candidates(kind: RepoKind, which: { notAskedSince: Date; limit: number }): Promise<RemovalCandidate[]>
  /** Notes that these are asked for: should the process die before `end`, it may be of one of them. */
  begin(hubIds: readonly string[]): Promise<void>
  end(hubIds: readonly string[]): Promise<void>
  /** Live repos to see by whether the Hub can be believed. */
  controls(kind: RepoKind, limit: number): Promise<RemovalCandidate[]>
  /** Live repos that the catalogue holds under this name, in any letter case. */
  live(kind: RepoKind, id: string): Promise<RemovalCandidate[]>
  /** Writes repos as the Hub has just described them, which proves that they are there; how many of them changed. */
  present(repos: readonly RepoRecord[]): Promise<number>
  /** The Hub gave no clear answer. */
  unproved(hubIds: readonly string[]): Promise<void>
  /** The names that these repos have here no longer lead to them; of how many that was not known. */
  misplace(repos: readonly RemovalCandidate[]): Promise<number>
  /** Makes tombstones; how many. */
  remove(hubIds: readonly string[], cause: RemovalCause): Promise<number>
  /** Adds to a complete pass what was learned after it, with which it is settled. */
  amendPass(passId: string, counts: SweepCounts): Promise<void>
}

/** The port over a connection. */
export function createRemovalStore({ db, pool }: CatalogConnection): RemovalStore {
  return {
    share: (kind) => removalShare(db, kind),
    candidates: (kind, which) => removalCandidates(db, kind, which),
    begin: (hubIds) => beginProbes(db, hubIds),
    end: (hubIds) => endProbes(db, hubIds),
    controls: (kind, limit) => controlRepos(db, kind, limit),
    live: (kind, id) => liveRepos(db, kind, id),
    present: async (repos) => {
      const { inserted, updated } = await retryConnection(() => writeRepos(pool, repos))
      await dropCandidates(
        db,
        repos.map((repo) => repo.hub_id),
      )
      return inserted + updated
    },
    unproved: (hubIds) => countProbes(db, hubIds),
    misplace: (repos) => retryConnection(() => misplaceRepos(db, repos)),
    remove: async (hubIds, cause) => (await retryConnection(() => removeRepos(db, hubIds, cause))).length,
    amendPass: (passId, counts) => amendPass(db, passId, counts),
  }
}
