import type { PassCounts, PassGap } from '../catalog/passes/pass.ts'
import type { PassNote } from '../catalog/passes/pass-note.ts'
import type { WrittenPage } from '../catalog/repos/write-page.ts'
import type { PassKind, PassScope } from '../catalog/schema.ts'

/** What a crawl tells while it runs; progress displays and logs hang off it. */
export type CrawlEvent =
  | ({ type: 'pass-started'; resumed: boolean; counts: PassCounts; expectedRepos: number | undefined } & PassName)
  | ({ type: 'page' } & WrittenPage & PassName)
  /** Without an id where another process walks it. */
  | { type: 'pass-ended'; passId: string | undefined; outcome: PassOutcome }

/** Which pass it is: a full and a recent one of the same kind may be walked side by side. */
interface PassName {
  kind: PassKind
  scope: PassScope
  passId: string
}

/**
 * How a pass stands after a run. `leased` means that another live process walks it; `interrupted` and `failed` ones go on
 * in the next run.
 */
export interface PassOutcome extends PassCounts {
  kind: PassKind
  scope: PassScope
  state: 'complete' | 'interrupted' | 'failed' | 'leased'
  /** Why it is not complete, or what to know of it. */
  note: PassNote | null
  /** What a complete pass has stepped over, since it never answered well. */
  gaps: PassGap[]
}
