import { type RawBuilder, sql } from 'kysely'
import type { StageResult, StageTask } from './stage-data.ts'
import { GATED } from './stage-due.ts'

/**
 * A dataset that the Hub never converts is asked for five times. What was found is read again at most twice, because that
 * costs footers.
 */
const WAITS = { absent: ['1 hour', '6 hours', '1 day', '7 days'], done: ['1 hour', '6 hours'] } as const

/**
 * When a stage that has ended is due again though the commit stays the same, as SQL; null for never. A look at Parquet files
 * may come before the Hub has made them, and then finds none, or those of the commit before. It waits for the first of the
 * times that is longer than the commit is old, so that each look comes later than the last.
 *
 * A Hub's clock may be any: the commit is no younger than the row that tells of it.
 */
export function recheckAt({ stage, hubId }: StageTask, { outcome, reason }: StageResult): RawBuilder<Date | null> {
  if (stage !== 'parquet' || reason === GATED) return sql`null::timestamptz`
  return sql`(
    select now() + min(wait)
    from catalog.repos r, unnest(${[...WAITS[outcome]]}::interval[]) as wait
    where r.hub_id = ${hubId} and wait > now() - least(r.last_modified, r.changed_at))`
}
