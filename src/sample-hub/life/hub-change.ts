import type { RepoKind } from '../../hub/kinds.ts'

/** What may be set on a repo; what is left out stays. */
export interface RepoSettings {
  readonly private?: boolean | undefined
  readonly gated?: false | 'auto' | 'manual' | undefined
  /** Closed by the Hub itself: no owner can set it. */
  readonly disabled?: boolean | undefined
}

export interface RepoCounters {
  readonly downloads?: number | undefined
  readonly downloadsAllTime?: number | undefined
  readonly likes?: number | undefined
  readonly trendingScore?: number | undefined
}

/** The repo that has changed, as it is afterwards; a deleted one as it was. */
interface ChangedRepo {
  readonly kind: RepoKind
  readonly hubId: string
  readonly id: string
  readonly sha: string | undefined
  readonly isPrivate: boolean
  /** Milliseconds since 1970 on the Hub's own clock. */
  readonly atMs: number
}

/** Something that has happened on a sample Hub. */
export type HubChange = ChangedRepo &
  (
    | { readonly type: 'create' }
    | { readonly type: 'commit'; readonly oldSha: string | undefined }
    | { readonly type: 'delete' }
    | { readonly type: 'move'; readonly from: string }
    | { readonly type: 'settings'; readonly settings: RepoSettings }
    | { readonly type: 'counters'; readonly counters: RepoCounters }
  )

export type HubChangeListener = (change: HubChange) => void
