import type { RepoKind } from '../../hub/kinds.ts'
import type { CatalogConnection } from '../connection.ts'
import { retryConnection } from '../postgres/connection-retry.ts'
import type { RepoRecord } from '../repos/record.ts'
import { writeRepos } from '../repos/write-page.ts'
import type { RemovalCause } from '../schema.ts'
import type { SweepCounts } from './pass.ts'
import { amendPass } from './passes.ts'
import {
  beginProbes,
  controlRepos,
  countProbes,
  dropCandidates,
  endProbes,
  liveRepos,
  type RemovalCandidate,
  removalCandidates,
  removalShare,
  removeRepos,
} from './removals.ts'
import { markUnresolved } from './unresolved.ts'

/** What it takes to prove what is gone. The crawl knows this port and no database. */
export type RemovalStore = ReturnType<typeof createRemovalStore>

/** The port over a connection. */
export function createRemovalStore({ db, pool }: CatalogConnection) {
  return {
    removalShare: (kind: RepoKind) => removalShare(db, kind),
    removalCandidates: (kind: RepoKind, which: { notAskedSince: Date; limit: number }) =>
      removalCandidates(db, kind, which),
    beginProbes: (hubIds: readonly string[]) => beginProbes(db, hubIds),
    endProbes: (hubIds: readonly string[]) => endProbes(db, hubIds),
    countProbes: (hubIds: readonly string[]) => countProbes(db, hubIds),
    controlRepos: (kind: RepoKind, limit: number) => controlRepos(db, kind, limit),
    liveRepos: (kind: RepoKind, id: string) => liveRepos(db, kind, id),
    /** Writes repos as the Hub has just described them, which proves that they exist. Returns how many of them changed. */
    writePresent: async (repos: readonly RepoRecord[]): Promise<number> => {
      const { inserted, updated } = await retryConnection(() => writeRepos(pool, repos))
      await dropCandidates(
        db,
        repos.map((repo) => repo.hub_id),
      )
      return inserted + updated
    },
    /** The names that these repos have here no longer lead to them. Returns of how many that was not known. */
    markUnresolved: (repos: readonly RemovalCandidate[]) => retryConnection(() => markUnresolved(db, repos)),
    /** Makes tombstones, and returns how many. */
    removeRepos: async (hubIds: readonly string[], cause: RemovalCause): Promise<number> =>
      (await retryConnection(() => removeRepos(db, hubIds, cause))).length,
    amendPass: (passId: string, counts: SweepCounts) => amendPass(db, passId, counts),
  }
}
