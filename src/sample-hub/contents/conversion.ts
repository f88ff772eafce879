import type { HubRepo } from '../../hub-server/hub-store.ts'
import { PARQUET_FIELD } from './parquet-plan.ts'

/** Internal field, never served: what the Hub converts a dataset from, and when the conversion ends. */
export const CONVERSION_FIELD = 'sampleConversion'

interface Conversion {
  readonly endsAtMs: number
  /** State from which the Parquet files come until then; undefined if there were none. */
  readonly before: Readonly<Record<string, unknown>> | undefined
}

/**
 * Lets the conversion of a new commit end after a delay. Until then the Hub serves the Parquet files that it has, which is none
 * for a new dataset.
 *
 * @param repo the dataset before the commit; undefined for a new one
 * @returns the fields to set
 */
export function beginConversion(repo: HubRepo | undefined, nowMs: number, delayMs: number): Record<string, unknown> {
  const current = repo && convertedRepo(repo, nowMs)
  const before = current && { sha: current['sha'], [PARQUET_FIELD]: current[PARQUET_FIELD] }
  return { [CONVERSION_FIELD]: { endsAtMs: nowMs + delayMs, before } satisfies Conversion }
}

/** A dataset at its last converted commit. Undefined when none is converted. */
export function convertedRepo(repo: HubRepo, nowMs: number): HubRepo | undefined {
  const conversion = repo[CONVERSION_FIELD] as Conversion | undefined
  if (conversion === undefined || nowMs >= conversion.endsAtMs) return repo
  return conversion.before && { ...repo, ...conversion.before }
}
