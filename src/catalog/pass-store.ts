import type { CatalogConnection } from './connection.ts'
import { retryConnection } from './connection-retry.ts'
import type { FailureReport } from './failure-cause.ts'
import type { HolderCheck } from './holder.ts'
import { type PageOfRepos, type WrittenPage, writePage } from './page-write.ts'
import type { OpenPass, PassHeld, PassHold, PassIdentity, PassRecord, PassResting, Watermarks } from './pass.ts'
import { dropGap, openGap } from './pass-gaps.ts'
import {
  beginPass,
  dropOldRecentPasses,
  endAtGap,
  followedUntil,
  keepPass,
  openPass,
  readPass,
  reposOfLastPasses,
  rewindPass,
  setWatermarks,
  suspendPass,
} from './passes.ts'
import type { PassKind } from './schema.ts'
import { writeTags } from './vocabulary.ts'

type TagList = Parameters<typeof writeTags>[2]

/** What a crawl needs of the catalogue. The crawl knows this port and no database. */
export interface PassStore {
  open(identity: PassIdentity): Promise<OpenPass | PassHeld | PassResting>
  /** Notes that the next page is begun, see `OpenPass.deaths`. */
  begin(hold: PassHold): Promise<void>
  writePage(hold: PassHold, page: PageOfRepos): Promise<WrittenPage>
  writeTags(hold: PassHold, list: TagList): Promise<WrittenPage>
  keep(hold: PassHold): Promise<boolean>
  suspend(hold: PassHold, state: 'interrupted' | 'failed', error: string | null): Promise<void>
  rewind(hold: PassHold, note: string): Promise<void>
  /** A page never answers well: the walk begins again from the other end of the list. */
  stepOver(hold: PassHold, failure: FailureReport, requests: number): Promise<void>
  /** It cannot: the pass is where it was before. */
  stepBack(hold: PassHold): Promise<void>
  /** So does a page on the way from the other end: the pass is complete but for what lies between. */
  endAtGap(hold: PassHold, failure: FailureReport, requests: number): Promise<void>
  read(passId: string): Promise<PassRecord>
  expectedRepos(endpoint: string): Promise<Map<PassKind, number>>
  /** From where a recent pass has to follow the Hub. */
  followedUntil(listing: Pick<PassIdentity, 'kind' | 'endpoint'>): Promise<Watermarks>
  /** Notes what was newest on the Hub before the first page of a full pass. */
  setWatermarks(hold: PassHold, watermarks: Watermarks): Promise<void>
  dropOldRecentPasses(): Promise<void>
}

/** The port over a connection, for one holder. Writes of pages survive a restart of the database between or in them. */
export function createPassStore({ db, pool }: CatalogConnection, check: HolderCheck): PassStore {
  return {
    open: (identity) => openPass(db, identity, check),
    begin: (hold) => beginPass(db, hold),
    writePage: (hold, page) => retryConnection(() => writePage(pool, hold, page)),
    writeTags: (hold, list) => retryConnection(() => writeTags(db, hold, list)),
    keep: (hold) => keepPass(db, hold),
    suspend: (hold, state, error) => suspendPass(db, hold, state, error),
    rewind: (hold, note) => rewindPass(db, hold, note),
    stepOver: (hold, failure, requests) => retryConnection(() => openGap(db, hold, failure, requests)),
    stepBack: (hold) => retryConnection(() => dropGap(db, hold)),
    endAtGap: (hold, failure, requests) => retryConnection(() => endAtGap(db, hold, failure, requests)),
    read: (passId) => readPass(db, passId),
    expectedRepos: (endpoint) => reposOfLastPasses(db, endpoint),
    followedUntil: (listing) => followedUntil(db, listing),
    setWatermarks: (hold, watermarks) => setWatermarks(db, hold, watermarks),
    dropOldRecentPasses: () => dropOldRecentPasses(db),
  }
}
