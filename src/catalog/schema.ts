import type { ColumnType, Generated, GeneratedAlways } from 'kysely'
import type { Bucket } from '../hub/budget/budget.ts'
import { CATALOG_KINDS, type CatalogKind, type RepoKind } from '../hub/kinds.ts'
import type { RepoColumnsAs, RepoCountersAs } from './repos/columns.ts'

/** bigint columns are passed as text in both directions, because JavaScript's integers are exact up to 2^53 only. */
type BigIntegerOrNull = ColumnType<string | null, number | string | bigint | null, number | string | bigint | null>
type Timestamp = ColumnType<Date, Date | string | undefined, Date | string>
type TimestampOrNull = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
type Json = ColumnType<unknown, string, string>

export const PASS_KINDS = [...CATALOG_KINDS, 'tags'] as const
export type PassKind = (typeof PASS_KINDS)[number]
export type PassScope = 'full' | 'recent'
export type RemovalCause = 'deleted' | 'private' | 'disabled'
/** What is fetched for one repo at a time. */
export const STAGES = ['details', 'parquet', 'card'] as const
export type Stage = (typeof STAGES)[number]
export type PassState = 'running' | 'interrupted' | 'failed' | 'complete'

/** Types of {@link REPO_COLUMNS} and {@link COUNTER_COLUMNS} in Kysely. */
interface TableTypes {
  text: string | null
  'text[]': string[]
  boolean: boolean
  timestamptz: TimestampOrNull
  bigint: BigIntegerOrNull
  'double precision': number | null
  uuid: string
  json: Json
  jsonb: Json
}

interface RepoTable extends RepoColumnsAs<TableTypes> {
  first_seen_at: Timestamp
  changed_at: Timestamp
  removed_at: TimestampOrNull
  removed_cause: RemovalCause | null
  vanished: Json
  vanished_at: TimestampOrNull
  modified_seen_at: TimestampOrNull
}

interface RepoCountersTable extends RepoCountersAs<TableTypes> {
  hub_id: string
  kind: CatalogKind
  changed_at: Timestamp
}

interface RepoAliasTable {
  kind: CatalogKind
  alias: string
  hub_id: string
  known_since: Timestamp
}

interface RepoTotalsTable {
  kind: CatalogKind
  live: ColumnType<string, number | string, number | string>
  tombstones: ColumnType<string, number | string, number | string>
}

interface TagTable {
  kind: 'model' | 'dataset'
  type: string
  id: string
  label: string
  sub_type: string | null
  seen_at: Timestamp
}

interface HubTable {
  only_row: Generated<boolean>
  endpoint: string
}

interface PassTable {
  pass_id: GeneratedAlways<string>
  kind: PassKind
  scope: PassScope
  state: PassState
  endpoint: string
  cursor: string | null
  pages: ColumnType<string, number | undefined, number>
  repos: ColumnType<string, number | undefined, number>
  inserted: ColumnType<string, number | undefined, number>
  updated: ColumnType<string, number | undefined, number>
  unchanged: ColumnType<string, number | undefined, number>
  rejected: ColumnType<string, number | undefined, number>
  removed: ColumnType<string, number | undefined, number>
  requests: ColumnType<string, number | undefined, number>
  last_created_at: TimestampOrNull
  note: string | null
  note_code: string | null
  error: string | null
  error_code: string | null
  lease_owner: string | null
  begun_at: TimestampOrNull
  started_at: Timestamp
  finished_at: TimestampOrNull
  modified_until: TimestampOrNull
  created_until: TimestampOrNull
  unconfirmed: ColumnType<string, number | undefined, number>
  removals_checked_at: TimestampOrNull
  last_id: string | null
  is_ordered: Generated<boolean>
  deaths: Generated<number>
}

interface PassGapTable {
  pass_id: string
  cursor: string | null
  after_created_at: TimestampOrNull
  after_id: string | null
  before_created_at: TimestampOrNull
  before_id: string | null
  is_closed: Generated<boolean>
  cause: string
  status: number | null
  answer: string | null
  found_at: Timestamp
}

interface PassSeenIdsTable {
  pass_id: string
  hub_ids: string[]
}

interface RemovalCandidateTable {
  hub_id: string
  pass_id: string
  found_at: Timestamp
  probes: ColumnType<number, number | undefined, number>
  probed_at: TimestampOrNull
  deaths: Generated<number>
}

interface UnresolvedRepoTable {
  hub_id: string
  since: Timestamp
}

interface TakedownTable {
  hub_id: string
  kind: CatalogKind
  taken_down_at: Timestamp
}

interface RepoHistoryTable {
  hub_id: string
  month: ColumnType<string, string, string>
  days: number[]
  downloads: string[]
  likes: string[]
  trending_score: number[]
}

interface RepoEventTable {
  event_id: GeneratedAlways<string>
  hub_id: string
  event: string
  old_value: string | null
  new_value: string | null
  happened_at: Timestamp
}

interface RepoStageTable {
  hub_id: string
  stage: Stage
  sha: string | null
  outcome: 'done' | 'absent'
  reason: string | null
  done_at: Timestamp
  recheck_at: TimestampOrNull
}

interface StageClaimTable {
  stage: Stage
  hub_id: string
  lease_owner: string
  begun_at: TimestampOrNull
}

interface FailureTable {
  task: string
  hub_id: string
  kind: RepoKind
  sha: string | null
  cause: string
  status: number | null
  attempts: ColumnType<number, number | undefined, number>
  answer: string | null
  first_failed_at: Timestamp
  failed_at: Timestamp
  retry_at: ColumnType<Date, Date | string, Date | string>
}

interface RepoFilesTable {
  hub_id: string
  used_storage: BigIntegerOrNull
  file_count: number
  file_bytes: BigIntegerOrNull
  details: Json
  paths: string[]
  sizes: (string | null)[]
  sha256: (Buffer | null)[]
  blob_ids: (Buffer | null)[] | null
  pointer_sizes: (number | null)[] | null
}

interface CardTable {
  hub_id: string
  text: string
  bytes: number
  truncated: boolean
}

interface ParquetSplitTable {
  hub_id: string
  position: number
  config: string
  split: string
  files: number
  row_count: BigIntegerOrNull
  byte_count: BigIntegerOrNull
  estimated: boolean
  urls: string[]
  rows: (string | null)[]
  row_groups: (number | null)[]
  bytes: (string | null)[]
  errors: (string | null)[]
  schema_position: number | null
  column_bytes: string[]
}

interface ParquetSchemaTable {
  hub_id: string
  position: number
  column_count: number
  paths: string[]
  physical_types: string[]
  logical_types: (string | null)[]
  nestings: (string | null)[]
  nullable: boolean[]
}

export type RunState = 'running' | 'done' | 'failed' | 'interrupted' | 'taken-over'

interface ScheduleRunTable {
  run_id: GeneratedAlways<string>
  job: string
  cron: string
  due_at: Timestamp
  started_at: Timestamp
  finished_at: TimestampOrNull
  lease_owner: string
  state: RunState
  note: string | null
}

interface RefreshQueueTable {
  kind: RepoKind
  id: string
  hub_id: string | null
  reason: string
  requested_at: Timestamp
  is_pending: boolean
  lease_until: TimestampOrNull
  not_before: Timestamp
  attempts: number
  last_error: string | null
  deleted_hub_ids: ColumnType<string[], string[] | undefined, string[]>
  deaths: Generated<number>
}

interface BudgetTable {
  endpoint: string
  budget: string
  bucket: Bucket
  remaining: ColumnType<string, number, number>
  quota: ColumnType<string, number, number>
  window_secs: number
  reset_at: ColumnType<Date, Date, Date>
  seen_at: Timestamp
}

interface SearchOutboxTable {
  seq: GeneratedAlways<string>
  hub_id: string
  counters_only: boolean
}

interface IndexAttemptTable {
  attempt_id: GeneratedAlways<string>
  lease_owner: string | null
  hub_ids: string[]
  repos: number
  begun_at: Timestamp
}

interface ActiveIndexTable {
  only_row: Generated<boolean>
  name: string
  next_name: string | null
  epoch: Generated<number>
  lease_owner: string | null
}

interface IdentityTable {
  only_row: Generated<boolean>
  catalog_id: Generated<string>
  min_migration: Generated<string>
}

interface ProcessTable {
  lease_owner: string
  role: string
  version: string
  queue: string | null
  tasks: string[]
  budgets: string[]
  started_at: Timestamp
  heartbeat_at: Timestamp
}

/** The tables of the catalog for Kysely, without those of the search engine. */
export interface Database {
  'catalog.repos': RepoTable
  'catalog.repo_counters': RepoCountersTable
  'catalog.repo_aliases': RepoAliasTable
  'catalog.repo_totals': RepoTotalsTable
  'catalog.tags': TagTable
  'catalog.hub': HubTable
  'catalog.passes': PassTable
  'catalog.pass_gaps': PassGapTable
  'catalog.search_outbox': SearchOutboxTable
  'catalog.index_attempts': IndexAttemptTable
  'catalog.active_index': ActiveIndexTable
  'catalog.search_rebuild': { hub_id: string }
  'catalog.search_versions': { engine: string; version: number }
  'catalog.pass_seen_ids': PassSeenIdsTable
  'catalog.removal_candidates': RemovalCandidateTable
  'catalog.unresolved_repos': UnresolvedRepoTable
  'catalog.takedowns': TakedownTable
  'catalog.repo_history': RepoHistoryTable
  'catalog.repo_events': RepoEventTable
  'catalog.repo_stages': RepoStageTable
  'catalog.stage_claims': StageClaimTable
  'catalog.failures': FailureTable
  'catalog.repo_files': RepoFilesTable
  'catalog.cards': CardTable
  'catalog.parquet_splits': ParquetSplitTable
  'catalog.parquet_schemas': ParquetSchemaTable
  'catalog.schedule_runs': ScheduleRunTable
  'catalog.refresh_queue': RefreshQueueTable
  'catalog.budgets': BudgetTable
  'catalog.identity': IdentityTable
  'catalog.processes': ProcessTable
}
