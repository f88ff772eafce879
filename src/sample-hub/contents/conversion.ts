import type { HubRepo } from '../../hub-server/hub-store.ts'
import { PARQUET_FIELD } from './parquet-plan.ts'

/** A field of our own, which is never served: what the Hub is converting a dataset from, and when it will be done. */
export const CONVERSION_FIELD = 'sampleConversion'

interface Conversion {
  readonly endsAtMs: number
  /** What the Parquet files follow from until then; undefined where there were none. */
  readonly before: Readonly<Record<string, unknown>> | undefined
}

/**
 * Has a new commit converted by a time. Until then the Hub goes on to serve the Parquet files that it has: none of a new
 * dataset.
 *
 * @param repo the dataset before the commit; undefined for a new one
 * @returns what to set of it
 */
export function beginConversion(repo: HubRepo | undefined, nowMs: number, delayMs: number): Record<string, unknown> {
  const present = repo && convertedRepo(repo, nowMs)
  const before = present && { sha: present['sha'], [PARQUET_FIELD]: present[PARQUET_FIELD] }
  return { [CONVERSION_FIELD]: { endsAtMs: nowMs + delayMs, before } satisfies Conversion }
}

/** A dataset as of its last converted commit. Undefined when none is converted. */
export function convertedRepo(repo: HubRepo, nowMs: number): HubRepo | undefined {
  const conversion = repo[CONVERSION_FIELD] as Conversion | undefined
  if (conversion === undefined || nowMs >= conversion.endsAtMs) return repo
  return conversion.before && { ...repo, ...conversion.before }
}
