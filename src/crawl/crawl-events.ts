import type { PassCounts } from '../catalog/passes.ts'
import type { PassKind, PassScope } from '../catalog/schema.ts'

/** What a crawl tells while it runs; progress displays and logs hang off it. */
export type CrawlEvent =
  | { type: 'pass-started'; kind: PassKind; resumed: boolean; counts: PassCounts; expectedRepos: number | undefined }
  | { type: 'page'; kind: PassKind; counts: PassCounts; rejected: readonly string[] }
  | { type: 'pass-ended'; outcome: PassOutcome }

/**
 * How a pass stands after a run. `held` means that another live process walks it; `interrupted` and `failed` ones go on
 * in the next run.
 */
export interface PassOutcome extends PassCounts {
  kind: PassKind
  scope: PassScope
  state: 'complete' | 'interrupted' | 'failed' | 'held'
  /** Why it is not complete, or what to know of it, in a sentence. */
  note: string | null
}
