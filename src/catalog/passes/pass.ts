import type { PassKind, PassScope, PassState } from '../schema.ts'

/** What a process holds while it walks a pass. Every write of the pass names the owner, so that a lost pass stops it. */
export interface PassHold {
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
  /** Repos that the pass missed and of which the Hub did not clearly say that they are gone. */
  unconfirmed: number
}

/** What one page adds to the counts of its pass. */
export type PageCounts = Omit<PassCounts, 'pages' | 'removed' | 'unconfirmed'>

/** Where a repo stands in a list by creation. */
export interface RepoPlace {
  /** ISO 8601. */
  createdAt: string
  id: string | null
}

/** A stretch of a list that never answered well, between the last repos that were read on both sides of it. */
export interface PassGap {
  /** Null where it begins with the list. */
  after: RepoPlace | null
  /** Null where it ends with the list. */
  before: RepoPlace | null
  cause: string
  status: number | null
  /** What was answered last, in a sentence. */
  reason: string | null
}

/** A stretch that was met from one side; the walk now comes from the other end of the list. */
export type OpenGap = Pick<PassGap, 'after' | 'reason'>

/** An unfinished pass that this process now holds; `cursor` is null when it starts from the first page. */
export interface OpenPass extends PassHold, PassCounts {
  cursor: string | null
  lastCreatedAt: string | null
  lastId: string | null
  isOrdered: boolean
  /** The stretch that it steps over: it then comes from the other end of the list. */
  gap: OpenGap | null
  /** How many processes in a row have died since the last page was written, each while it read the next one. */
  deaths: number
  resumed: boolean
}

/** A pass as it stands, finished or not. */
export interface PassRecord extends PassCounts {
  kind: PassKind
  scope: PassScope
  state: PassState
  note: string | null
  error: string | null
  /** What it has stepped over. */
  gaps: PassGap[]
}

/** Another process that is alive walks the same listing. An expected outcome, not an error. */
export interface PassLeased {
  leasedBy: string
}

/** Several processes have died at this place of the pass, so it is left alone for a while. An expected outcome, not an error. */
export interface PassResting {
  passId: string
  deaths: number
  restsUntil: Date
}

/** What was learned after the last page of a pass. */
export interface SweepCounts {
  removed: number
  unconfirmed: number
  requests: number
  note: string | null
}

export interface PassIdentity {
  kind: PassKind
  scope: PassScope
  endpoint: string
}

/** Up to where the Hub's changes are followed, as instants of the Hub's clock, ISO 8601; null where it had none to show. */
export interface Watermarks {
  modifiedUntil: string | null
  createdUntil: string | null
}
