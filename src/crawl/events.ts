import type { PassCounts, PassGap } from '../catalog/passes/pass.ts'
import type { PassNote } from '../catalog/passes/pass-note.ts'
import type { WrittenPage } from '../catalog/repos/write-page.ts'
import type { PassKind, PassScope } from '../catalog/schema.ts'

/** Events of a crawl, for progress displays and logs. */
export type CrawlEvent =
  | ({ type: 'pass-started'; resumed: boolean; counts: PassCounts; expectedRepos: number | undefined } & PassName)
  | ({ type: 'page' } & WrittenPage & PassName)
  /** Without an id if another process walks the list. */
  | { type: 'pass-ended'; passId: string | undefined; outcome: PassOutcome }

/** A full and a recent pass of the same kind may run at the same time. */
interface PassName {
  kind: PassKind
  scope: PassScope
  passId: string
}

/**
 * The state of a pass after a run. `leased`: another live process walks it. An `interrupted` or `failed` pass resumes in the
 * next run.
 */
export interface PassOutcome extends PassCounts {
  kind: PassKind
  /** `owner`: the collections of one owner, which is no pass of the whole list. */
  scope: PassScope | 'owner'
  state: 'complete' | 'interrupted' | 'failed' | 'leased'
  /** Why it is not complete, or a remark on a complete pass. */
  note: PassNote | null
  /** Gaps that a complete pass has skipped. */
  gaps: PassGap[]
}
