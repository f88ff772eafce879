import type { CatalogReader } from './hub-truth.ts'

/**
 * All that a catalogue has come to, as digests that must not depend on how often what filled it was interrupted: when things
 * were written does.
 */
const STATE = `select
  (select md5(string_agg(concat_ws('|', hub_id, id, content_hash, likes, downloads, removed_cause), ',' order by hub_id))
    from catalog.repos left join catalog.repo_counters using (hub_id)) as repos,
  (select md5(string_agg(concat_ws('|', hub_id, stage, sha, outcome, reason), ',' order by hub_id, stage))
    from catalog.repo_stages) as stages,
  (select md5(string_agg(concat_ws('|', hub_id, file_count, file_bytes, paths), ',' order by hub_id))
    from catalog.repo_files) as files,
  (select md5(string_agg(concat_ws('|', hub_id, text), ',' order by hub_id)) from catalog.cards) as cards,
  (select md5(string_agg(concat_ws('|', hub_id, position, row_count, byte_count), ',' order by hub_id, position))
    from catalog.parquet_splits) as parquet,
  (select md5(string_agg(concat_ws('|', hub_id, event, old_value, new_value), ',' order by hub_id, event, old_value))
    from catalog.repo_events where event <> 'appeared') as events,
  (select count(*)::int from catalog.repo_history) as months_of_history,
  (select count(*)::int from catalog.repo_stages) as tasks,
  (select count(*)::int from catalog.failures) as failures,
  (select count(*)::int from catalog.stage_claims) as claims`

/** To be compared with that of another catalogue of the same Hub. */
export async function catalogState(catalog: CatalogReader): Promise<Record<string, unknown>> {
  return (await catalog.rows(STATE))[0] ?? {}
}
