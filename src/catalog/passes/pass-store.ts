import type { CatalogConnection } from '../connection.ts'
import { retryConnection } from '../postgres/connection-retry.ts'
import type { LeaseOwner } from '../processes/lease-owner.ts'
import { type PageOfRepos, writePage } from '../repos/write-page.ts'
import type { FailureReport } from '../stages/failure-cause.ts'
import type { PassHold, PassIdentity, Watermarks } from './pass.ts'
import { dropGap, openGap } from './pass-gaps.ts'
import {
  beginPass,
  dropOldRecentPasses,
  endAtGap,
  followedUntil,
  openPass,
  readPass,
  reposOfLastPasses,
  rewindPass,
  setWatermarks,
  suspendPass,
} from './passes.ts'
import { writeTags } from './tags.ts'

/** What a crawl needs of the catalog. The crawl knows this port and no database. */
export type PassStore = ReturnType<typeof createPassStore>

/** The port over a connection, for one process. Writes of pages survive a restart of the database between or in them. */
export function createPassStore({ db, pool }: CatalogConnection, owner: LeaseOwner) {
  return {
    openPass: (identity: PassIdentity) => openPass(db, identity, owner),
    beginPass: (hold: PassHold) => beginPass(db, hold),
    writePage: (hold: PassHold, page: PageOfRepos) => retryConnection(() => writePage(pool, hold, page)),
    writeTags: (hold: PassHold, list: Parameters<typeof writeTags>[2]) =>
      retryConnection(() => writeTags(db, hold, list)),
    suspendPass: (hold: PassHold, state: 'interrupted' | 'failed', error: string | null) =>
      suspendPass(db, hold, state, error),
    rewindPass: (hold: PassHold, note: string) => rewindPass(db, hold, note),
    openGap: (hold: PassHold, failure: FailureReport, requests: number) =>
      retryConnection(() => openGap(db, hold, failure, requests)),
    dropGap: (hold: PassHold) => retryConnection(() => dropGap(db, hold)),
    endAtGap: (hold: PassHold, failure: FailureReport, requests: number) =>
      retryConnection(() => endAtGap(db, hold, failure, requests)),
    readPass: (passId: string) => readPass(db, passId),
    reposOfLastPasses: (endpoint: string) => reposOfLastPasses(db, endpoint),
    followedUntil: (listing: Pick<PassIdentity, 'kind' | 'endpoint'>) => followedUntil(db, listing),
    setWatermarks: (hold: PassHold, watermarks: Watermarks) => setWatermarks(db, hold, watermarks),
    dropOldRecentPasses: () => dropOldRecentPasses(db),
  }
}
