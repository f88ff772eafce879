import type { PassKind, PassScope, PassState } from '../schema.ts'
import type { PassNote } from './pass-note.ts'

/** The lease of a process on a pass. Every write to the pass checks the owner, so a process that lost its lease stops. */
export interface PassLease {
  passId: string
  leaseOwner: string
  kind: PassKind
  scope: PassScope
}

export interface PassCounts {
  pages: number
  repos: number
  inserted: number
  updated: number
  unchanged: number
  rejected: number
  removed: number
  requests: number
  /** Repos that the pass missed and whose removal is not confirmed. */
  unconfirmed: number
}

/** What a page adds to the counts of its pass. */
export type PageCounts = Omit<PassCounts, 'pages' | 'removed' | 'unconfirmed'>

/** The place of a repo in a list sorted by creation. */
export interface RepoPlace {
  /** ISO 8601. */
  createdAt: string
  id: string | null
}

/** A part of a list that could not be read, between the last repos that were read on both sides of it. */
export interface PassGap {
  /** Null if the gap is at the start of the list. */
  after: RepoPlace | null
  /** Null if the gap is at the end of the list. */
  before: RepoPlace | null
  cause: string
  status: number | null
  /** The last error in a sentence. */
  reason: string | null
}

/** A gap reached from one side. The walk now comes from the other end of the list. */
export type OpenGap = Pick<PassGap, 'after' | 'reason'>

/** An unfinished pass that this process has leased. `cursor` is null if it starts from the first page. */
export interface OpenPass extends PassLease, PassCounts {
  cursor: string | null
  lastCreatedAt: string | null
  lastId: string | null
  isOrdered: boolean
  /** The gap to skip. If there is one, the walk comes from the other end of the list. */
  gap: OpenGap | null
  /** The newest change on the Hub when a full pass began, ISO 8601. */
  modifiedUntil: string | null
  /** How many processes in a row have died while they read the next page. */
  deaths: number
  resumed: boolean
}

/** The state of a pass, finished or not. */
export interface PassRecord extends PassCounts {
  kind: PassKind
  scope: PassScope
  state: PassState
  note: PassNote | null
  error: PassNote | null
  /** Gaps that it has skipped. */
  gaps: PassGap[]
}

/** Another living process walks the same listing. An expected outcome, not an error. */
export interface PassLeased {
  leasedBy: string
}

/** The pass waits because several processes have died at its current page. An expected outcome, not an error. */
export interface PassResting {
  passId: string
  deaths: number
  restsUntil: Date
}

/** What the sweep after the last page of a pass found. */
export interface SweepCounts {
  removed: number
  unconfirmed: number
  requests: number
  note: PassNote | null
}

export interface PassIdentity {
  kind: PassKind
  scope: PassScope
  endpoint: string
}

/** The newest changes that the catalog has, as ISO 8601 instants of the Hub's clock. Null if the Hub had none to show. */
export interface Watermarks {
  modifiedUntil: string | null
  createdUntil: string | null
}
