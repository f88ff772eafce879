import type { CatalogConnection } from '../connection.ts'
import { retryConnection } from '../postgres/connection-retry.ts'
import type { LeaseOwner } from '../processes/lease-owner.ts'
import { type PageOfRepos, writePage } from '../repos/write-page.ts'
import type { FailureReport } from '../stages/failure-cause.ts'
import type { PassIdentity, PassLease, Watermarks } from './pass.ts'
import { dropGap, openGap } from './pass-gaps.ts'
import type { PassNote } from './pass-note.ts'
import {
  beginPass,
  dropOldRecentPasses,
  endAtGap,
  openPass,
  readPass,
  readWatermarks,
  reposOfLastPasses,
  rewindPass,
  setWatermarks,
  suspendPass,
} from './passes.ts'
import { writeTags } from './tags.ts'

/** The port by which the crawl, which knows no database, reads and writes passes. */
export type PassStore = ReturnType<typeof createPassStore>

/** The store of one process. Writes of pages survive a restart of the database. */
export function createPassStore(connection: CatalogConnection, owner: LeaseOwner) {
  const { db } = connection
  return {
    openPass: (identity: PassIdentity) => openPass(db, identity, owner),
    beginPass: (lease: PassLease) => beginPass(db, lease),
    writePage: (lease: PassLease, page: PageOfRepos) => retryConnection(() => writePage(connection, lease, page)),
    writeTags: (lease: PassLease, list: Parameters<typeof writeTags>[2]) => retryConnection(() => writeTags(db, lease, list)),
    suspendPass: (lease: PassLease, state: 'interrupted' | 'failed', error: PassNote | null) =>
      suspendPass(db, lease, state, error),
    rewindPass: (lease: PassLease, note: PassNote) => rewindPass(db, lease, note),
    openGap: (lease: PassLease, failure: FailureReport, requests: number) =>
      retryConnection(() => openGap(db, lease, failure, requests)),
    dropGap: (lease: PassLease) => retryConnection(() => dropGap(db, lease)),
    endAtGap: (lease: PassLease, failure: FailureReport, requests: number) =>
      retryConnection(() => endAtGap(db, lease, failure, requests)),
    readPass: (passId: string) => readPass(db, passId),
    reposOfLastPasses: (endpoint: string) => reposOfLastPasses(db, endpoint),
    readWatermarks: (listing: Pick<PassIdentity, 'kind' | 'endpoint'>) => readWatermarks(db, listing),
    setWatermarks: (lease: PassLease, watermarks: Watermarks) => setWatermarks(db, lease, watermarks),
    dropOldRecentPasses: () => dropOldRecentPasses(db),
  }
}
