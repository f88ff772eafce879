import type { CatalogReader } from '../hub/hub-truth.ts'

/** Digests of the content of a catalog, without times of writing, which depend on interruptions. */
const STATE = `select
  (select md5(string_agg(concat_ws('|', hub_id, id, content_hash, removed_cause), ',' order by hub_id))
    from catalog.repos) as repos,
  (select md5(string_agg(concat_ws('|', hub_id, likes, downloads, trending_score), ',' order by hub_id))
    from catalog.repo_counters) as counters,
  (select md5(string_agg(concat_ws('|', hub_id, event, old_value, new_value), ',' order by hub_id, event))
    from catalog.repo_events) as events,
  (select md5(string_agg(concat_ws('|', hub_id, stage, sha, outcome, reason), ',' order by hub_id, stage))
    from catalog.repo_stages) as stages,
  (select md5(string_agg(f::text, ',' order by hub_id)) from catalog.repo_files f) as files,
  (select md5(string_agg(c::text, ',' order by hub_id)) from catalog.cards c) as cards,
  (select md5(string_agg(regexp_replace(s::text, 'http://[^/]+', '', 'g'), ',' order by hub_id, position))
    from catalog.parquet_splits s) as parquet,
  (select md5(string_agg(s::text, ',' order by hub_id, position)) from catalog.parquet_schemas s) as schemas,
  (select md5(string_agg(i::text, ',' order by hub_id, item_id)) from catalog.collection_items i) as items,
  (select count(*)::int from catalog.collection_reads where is_due) as due_collections,
  (select count(*)::int from catalog.search_outbox) as outbox,
  (select count(*)::int from catalog.repo_stages) as tasks,
  (select count(*)::int from catalog.failures) as failures,
  (select count(*)::int from catalog.stage_claims) as claims`

/** For comparison with another catalog of the same Hub. */
export async function catalogState(catalog: CatalogReader): Promise<Record<string, unknown>> {
  return (await catalog.rows(STATE))[0] ?? {}
}
