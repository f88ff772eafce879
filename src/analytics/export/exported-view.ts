import type { ReadableView } from '../views.ts'

export type ExportedView = ReadableView

/**
 * The order of the rows, which decides what a reader of Parquet can skip: each group of rows carries the lowest and highest
 * value of each column, so that a filter on the first columns of the order skips most groups. Filters on `author` and `id` skip
 * groups by Bloom filters.
 */
const ORDERS: Readonly<Record<string, readonly string[]>> = {
  models: ['pipeline_tag', 'license', 'author', 'id'],
  datasets: ['license', 'author', 'id'],
  spaces: ['sdk', 'license', 'author', 'id'],
  repos: ['kind', 'license', 'author', 'id'],
  repo_tags: ['kind', 'tag', 'id'],
  repo_events: ['happened_at', 'id', 'event'],
  repo_history: ['kind', 'id', 'day'],
  lineage: ['parent', 'relation', 'child'],
  dataset_columns: ['id', 'config', 'split', 'position', 'path'],
  parquet_files: ['id', 'config', 'split', 'shard'],
  parquet_splits: ['id', 'config', 'split'],
  collections: ['owner', 'id'],
  collection_items: ['kind', 'id', 'collection'],
  passes: ['pass_id'],
  schedule_runs: ['run_id'],
  tags: ['kind', 'type', 'id'],
}
const DEFAULT_ORDER = ['kind', 'id']

/**
 * The conditions of `--since`, with the time as $1. They select whole repos: a copy is brought up to date by replacing all rows of
 * these repos. The other views are exported whole, because nothing in the catalog says which of their rows are gone.
 */
const CHANGED_FACTS = `select hub_id from catalog.repos where changed_at >= $1 or removed_at >= $1
  union select hub_id from catalog.repo_stages where done_at >= $1`
const WITH_FACTS = `hub_id in (${CHANGED_FACTS})`
const WITH_COUNTERS = `hub_id in (${CHANGED_FACTS} union select hub_id from catalog.repo_counters where changed_at >= $1)`
const CHANGES: Readonly<Record<string, string>> = {
  models: WITH_COUNTERS,
  datasets: WITH_COUNTERS,
  spaces: WITH_COUNTERS,
  repos: WITH_COUNTERS,
  repo_tags: WITH_COUNTERS,
  repo_stages: WITH_FACTS,
  repo_details: WITH_FACTS,
  repo_files: WITH_FACTS,
  cards: WITH_FACTS,
  dataset_columns: WITH_FACTS,
  parquet_files: WITH_FACTS,
  parquet_splits: WITH_FACTS,
  repo_events: 'happened_at >= $1',
  repo_aliases: 'known_since >= $1',
  repo_history: `day >= ($1::timestamptz at time zone 'UTC')::date`,
  passes: 'heartbeat_at >= $1 or started_at >= $1',
  schedule_runs: 'heartbeat_at >= $1 or started_at >= $1',
}

/** The columns that order the rows of a view, as far as it has them. */
export function orderOf({ name, columns }: ExportedView): string[] {
  const known = new Set(columns.map((column) => column.name))
  return (ORDERS[name] ?? DEFAULT_ORDER).filter((column) => known.has(column))
}

/** The condition that selects what changed since the time $1; undefined if all rows are exported in any case. */
export function changesOf({ name }: ExportedView): string | undefined {
  return CHANGES[name]
}
