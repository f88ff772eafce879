import type { CatalogKind } from '../../hub/kinds.ts'

/** Columns of `catalog.repos` that a listing fills, with their SQL types: the only such list outside the migrations. */
export const REPO_COLUMNS = {
  hub_id: 'text',
  kind: 'text',
  id: 'text',
  author: 'text',
  created_at: 'timestamptz',
  last_modified: 'timestamptz',
  sha: 'text',
  private: 'boolean',
  gated: 'text',
  disabled: 'boolean',
  description: 'text',
  license: 'text',
  tags: 'text[]',
  languages: 'text[]',
  pipeline_tag: 'text',
  library_name: 'text',
  parameters: 'bigint',
  base_models: 'text[]',
  base_relations: 'text[]',
  task_categories: 'text[]',
  size_category: 'text',
  modalities: 'text[]',
  formats: 'text[]',
  row_count: 'bigint',
  bytes: 'bigint',
  sdk: 'text',
  stage: 'text',
  linked_models: 'text[]',
  linked_datasets: 'text[]',
  card: 'jsonb',
  payload: 'json',
  content_hash: 'uuid',
} as const

/** Columns of `catalog.repo_counters` that a listing fills, with their SQL types. */
export const COUNTER_COLUMNS = {
  downloads: 'bigint',
  downloads_all_time: 'bigint',
  likes: 'bigint',
  trending_score: 'double precision',
} as const

/** Values that no repo loses: a payload that lacks one of them has merely left it out, as listings of Spaces do with `gated`. */
export const LASTING_COLUMNS = ['last_modified', 'sha', 'private', 'gated', 'disabled'] as const

export const REPO_COLUMN_NAMES = Object.keys(REPO_COLUMNS) as (keyof typeof REPO_COLUMNS)[]
export const COUNTER_NAMES = Object.keys(COUNTER_COLUMNS) as (keyof typeof COUNTER_COLUMNS)[]

/** Columns with a TypeScript type for each SQL type. */
type ColumnsAs<Columns extends Record<string, keyof Types>, Types> = { [Name in keyof Columns]: Types[Columns[Name]] }

/** The columns that always have a value. */
interface Identity {
  hub_id: string
  kind: CatalogKind
  id: string
}

export type RepoColumnsAs<Types extends Record<(typeof REPO_COLUMNS)[keyof typeof REPO_COLUMNS], unknown>> = Omit<
  ColumnsAs<typeof REPO_COLUMNS, Types>,
  keyof Identity
> &
  Identity

export type RepoCountersAs<Types extends Record<(typeof COUNTER_COLUMNS)[keyof typeof COUNTER_COLUMNS], unknown>> = ColumnsAs<
  typeof COUNTER_COLUMNS,
  Types
>

/** Types of what a listing says. Instants are ISO 8601, JSON is text, and null means that the payload lacks the value. */
interface ReadTypes {
  text: string | null
  'text[]': string[]
  boolean: boolean | null
  timestamptz: string | null
  bigint: number | null
  'double precision': number | null
  uuid: string
  json: string
  jsonb: string | null
}

/** The values of a repo that rarely change, by column. */
export type RepoColumns = Omit<RepoColumnsAs<ReadTypes>, 'content_hash'>

/** The columns of a row about which nothing is known, and which need no name. */
export const EMPTY_COLUMNS: Omit<RepoColumns, keyof Identity | 'payload'> = {
  author: null,
  created_at: null,
  last_modified: null,
  sha: null,
  private: null,
  gated: null,
  disabled: null,
  description: null,
  license: null,
  tags: [],
  languages: [],
  pipeline_tag: null,
  library_name: null,
  parameters: null,
  base_models: [],
  base_relations: [],
  task_categories: [],
  size_category: null,
  modalities: [],
  formats: [],
  row_count: null,
  bytes: null,
  sdk: null,
  stage: null,
  linked_models: [],
  linked_datasets: [],
  card: null,
}

export type RepoCounters = RepoCountersAs<ReadTypes>
