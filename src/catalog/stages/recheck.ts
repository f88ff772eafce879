import { type RawBuilder, sql } from 'kysely'
import type { StageResult, StageTask } from './stage-data.ts'
import { GATED } from './stage-due.ts'

/** A dataset without Parquet files is requested five times. Found files are reread at most twice: footers cost requests. */
const WAITS = { absent: ['1 hour', '6 hours', '1 day', '7 days'], done: ['1 hour', '6 hours'] } as const

/**
 * SQL for when a completed stage is due again although the commit is the same; null for never. The Hub creates Parquet files
 * some time after a commit, so an early request finds none, or those of the previous commit. The wait is the shortest that
 * exceeds the age of the commit, so each wait is longer than the last.
 *
 * The Hub's clock may be wrong, so the commit is taken to be at least as old as its row in the catalog.
 */
export function recheckAt({ stage, hubId }: StageTask, { outcome, reason }: StageResult): RawBuilder<Date | null> {
  if (stage !== 'parquet' || reason === GATED) return sql`null::timestamptz`
  return sql`(
    select now() + min(wait)
    from catalog.repos r, unnest(${[...WAITS[outcome]]}::interval[]) as wait
    where r.hub_id = ${hubId} and wait > now() - least(r.last_modified, r.changed_at))`
}
