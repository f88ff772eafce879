import type { CatalogKind } from '../../hub/kinds.ts'
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

/** The port by which the crawl, which knows no database, confirms removals. */
export type RemovalStore = ReturnType<typeof createRemovalStore>

export function createRemovalStore(connection: CatalogConnection) {
  const { db } = connection
  return {
    removalShare: (kind: CatalogKind) => removalShare(db, kind),
    removalCandidates: (kind: CatalogKind, which: { notProbedSince: Date; limit: number }) =>
      removalCandidates(db, kind, which),
    beginProbes: (hubIds: readonly string[]) => beginProbes(db, hubIds),
    endProbes: (hubIds: readonly string[]) => endProbes(db, hubIds),
    countProbes: (hubIds: readonly string[]) => countProbes(db, hubIds),
    controlRepos: (kind: CatalogKind, limit: number) => controlRepos(db, kind, limit),
    liveRepos: (kind: CatalogKind, id: string) => liveRepos(db, kind, id),
    /** Writes repos that the Hub has just described and that therefore exist. Returns how many changed. */
    writePresent: async (repos: readonly RepoRecord[]): Promise<number> => {
      const { inserted, updated } = await retryConnection(() => writeRepos(connection, repos))
      await dropCandidates(
        db,
        repos.map((repo) => repo.hub_id),
      )
      return inserted + updated
    },
    /** Marks repos whose names no longer resolve to them. Returns how many were not marked yet. */
    markUnresolved: (repos: readonly RemovalCandidate[]) => retryConnection(() => markUnresolved(db, repos)),
    /** Turns repos into tombstones. Returns how many were live. */
    removeRepos: async (hubIds: readonly string[], cause: RemovalCause): Promise<number> =>
      (await retryConnection(() => removeRepos(db, hubIds, cause))).length,
    amendPass: (passId: string, counts: SweepCounts) => amendPass(db, passId, counts),
  }
}
