import type { RepoKind } from '../../hub/kinds.ts'

/** Settings of a repo; omitted ones are not changed. */
export interface RepoSettings {
  readonly private?: boolean | undefined
  readonly gated?: false | 'auto' | 'manual' | undefined
  /** Set by the Hub itself, not by owners. */
  readonly disabled?: boolean | undefined
}

export interface RepoCounters {
  readonly downloads?: number | undefined
  readonly downloadsAllTime?: number | undefined
  readonly likes?: number | undefined
  readonly trendingScore?: number | undefined
}

/** The repo after the change; a deleted one as it was before. */
interface ChangedRepo {
  readonly kind: RepoKind
  readonly hubId: string
  readonly id: string
  readonly sha: string | undefined
  readonly isPrivate: boolean
  /** Milliseconds since 1970 by the Hub's clock. */
  readonly atMs: number
}

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
