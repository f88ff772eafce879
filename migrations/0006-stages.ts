import { type Kysely, sql } from 'kysely'
import { describeColumns, describeTable, describeView } from './describe.ts'

/** What is fetched for one repo at a time, and what became of the attempts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...tables, ...tableComments, ...views, ...viewComments]) await sql.raw(statement).execute(db)
}

/** Why a task can end up as a failure; src/catalog/stages/failures.ts has the same list. */
const CAUSES = `'server-error', 'throttled', 'timeout', 'network', 'broken-answer', 'refused', 'gated', 'gone', 'moved',
  'not-authorised', 'too-large'`

const tables = [
  `create table catalog.repo_stages (
    hub_id text not null,
    stage text not null check (stage in ('details', 'parquet', 'card')),
    sha text,
    outcome text not null check (outcome in ('done', 'absent')),
    reason text,
    done_at timestamptz not null default now(),
    primary key (hub_id, stage)
  )`,
  // One row a process that lives, so that its sign of life is one update and not one a claim.
  `create table catalog.stage_holders (
    holder text primary key,
    heartbeat_at timestamptz not null default now()
  )`,
  `create table catalog.stage_claims (
    stage text not null,
    hub_id text not null,
    holder text not null references catalog.stage_holders on delete cascade,
    primary key (stage, hub_id)
  )`,
  `create index stage_claims_holder on catalog.stage_claims (holder)`,
  `create table catalog.failures (
    task text not null,
    hub_id text not null,
    kind text not null,
    cause text not null check (cause in (${CAUSES})),
    status integer,
    attempts integer not null default 1,
    answer text,
    first_failed_at timestamptz not null default now(),
    failed_at timestamptz not null default now(),
    retry_at timestamptz not null,
    primary key (task, hub_id)
  )`,
  // One row a repo with its files in arrays. A row a file would be some 90 million of them, and half of each its header
  // and its place in an index.
  `create table catalog.repo_files (
    hub_id text primary key,
    used_storage bigint,
    file_count integer not null,
    file_bytes bigint,
    details json not null,
    paths text[] not null,
    sizes bigint[] not null,
    sha256 bytea[] not null
  )`,
  `create table catalog.cards (
    hub_id text primary key,
    text text not null,
    bytes integer not null,
    truncated boolean not null
  )`,
  // The files of a split in arrays, as above: a listing may name ten thousand.
  `create table catalog.parquet_splits (
    hub_id text not null,
    position integer not null,
    config text not null,
    split text not null,
    files integer not null,
    row_count bigint,
    byte_count bigint,
    estimated boolean not null,
    urls text[] not null,
    rows bigint[] not null,
    row_groups integer[] not null,
    bytes bigint[] not null,
    errors text[] not null,
    schema_position integer,
    column_bytes bigint[] not null,
    primary key (hub_id, position)
  )`,
  // Splits and configs of a dataset mostly have the same columns: these are kept once.
  `create table catalog.parquet_schemas (
    hub_id text not null,
    position integer not null,
    column_count integer not null,
    paths text[] not null,
    physical_types text[] not null,
    logical_types text[] not null,
    nestings text[] not null,
    nullable boolean[] not null,
    primary key (hub_id, position)
  )`,
]

const tableComments = [
  ...describeTable('catalog.repo_stages', 'What was fetched for each repo, and at which commit.', {
    hub_id: 'Repo.',
    stage: 'details, parquet or card.',
    sha: 'Commit of the repo for which this was done; another one makes the stage due again.',
    outcome: 'done, or absent where there is nothing to fetch.',
    reason: 'Why there is nothing, or what is missing in what there is.',
    done_at: 'When.',
  }),
  ...describeTable('catalog.stage_holders', 'Processes that work on stages.', {
    holder: 'Process: host, pid and a random part.',
    heartbeat_at: 'Last sign of life; after a minute without one its claims are void.',
  }),
  ...describeTable('catalog.stage_claims', 'Repos that a process is working on, so that no other takes them too.', {
    stage: 'Stage.',
    hub_id: 'Repo.',
    holder: 'Process.',
  }),
  ...describeTable('catalog.failures', 'Tasks out of retries.', {
    task: 'details, parquet, card, or another task on one repo.',
    hub_id: 'Repo.',
    kind: 'Kind of the repo.',
    cause: 'One word of a closed list, to group by.',
    status: 'HTTP status of the last answer, where there was one.',
    attempts: 'How often the task ended so, retries within an attempt not counted.',
    answer: 'What was answered last, in a sentence.',
    first_failed_at: 'When it failed first.',
    failed_at: 'When it failed last.',
    retry_at:
      'Not tried again before then: 2 hours after the first time, twice that after each other, 30 days at most.',
  }),
  ...describeTable('catalog.repo_files', 'What details tell beyond the listing: one row a repo, its files in arrays.', {
    hub_id: 'Repo.',
    used_storage: 'Bytes over the whole history of the repo.',
    file_count: 'Files of the main branch, those left out of the arrays included.',
    file_bytes: 'Their bytes; null where the Hub told no sizes.',
    details: 'Fields of the detail answer that the listing does not have, as received.',
    paths: 'Paths, in the order of the Hub; the first 50,000.',
    sizes: 'Bytes, one for each path.',
    sha256: 'Hashes of the contents, one for each path; null for files that are not in large file storage.',
  }),
  ...describeTable('catalog.cards', 'README files.', {
    hub_id: 'Repo.',
    text: 'The text without its front matter, which stands in repos.card.',
    bytes: 'Bytes of the file; of its beginning where it was cut.',
    truncated: 'True when the file is longer than what is kept.',
  }),
  ...describeTable('catalog.parquet_splits', 'Parquet files of datasets: one row a split, its files in arrays.', {
    hub_id: 'Dataset.',
    position: 'Place in the listing.',
    config: 'Config.',
    split: 'Split.',
    files: 'Files of the split.',
    row_count: 'Rows; null where no footer could be read.',
    byte_count: 'Bytes of the files; null where no file told its size.',
    estimated: 'True when only a part of the footers was read and the sums are extrapolated from it.',
    urls: 'Addresses as listed, in order.',
    rows: 'Rows, one for each address; null where its footer was not read.',
    row_groups: 'Row groups, likewise.',
    bytes: 'Bytes of the file, likewise.',
    errors: 'Why a footer could not be read, likewise.',
    schema_position: 'Which of the schemas of the dataset the split has.',
    column_bytes: 'Compressed bytes of each column of the schema, over the footers read.',
  }),
  ...describeTable('catalog.parquet_schemas', 'Columns of datasets: one row a distinct schema of a dataset.', {
    hub_id: 'Dataset.',
    position: 'Number of the schema within the dataset.',
    column_count: 'Columns, those left out of the arrays included.',
    paths: 'Paths of the columns, dotted; the first 5,000.',
    physical_types: 'Types as stored.',
    logical_types: 'What the stored values stand for; null where that is the same.',
    nestings: 'list, map or struct from the outermost on, such as list.struct; null for plain columns.',
    nullable: 'Whether a value may be missing, on any level.',
  }),
]

const views = [
  `create view repo_files as
    select r.kind, f.hub_id, r.id, p.path, p.size, encode(p.sha256, 'hex') as sha256
    from catalog.repo_files f join catalog.repos r on r.hub_id = f.hub_id,
    unnest(f.paths, f.sizes, f.sha256) as p(path, size, sha256)
    where r.removed_at is null`,
  `create view repo_details as
    select r.kind, f.hub_id, r.id, f.used_storage, f.file_count, f.file_bytes, f.details
    from catalog.repo_files f join catalog.repos r on r.hub_id = f.hub_id where r.removed_at is null`,
  `create view cards as
    select r.kind, c.hub_id, r.id, c.text, c.bytes, c.truncated
    from catalog.cards c join catalog.repos r on r.hub_id = c.hub_id where r.removed_at is null`,
  `create view parquet_files as
    select s.hub_id, r.id, s.config, s.split, f.shard - 1 as shard, f.url, f.rows, f.row_groups, f.bytes, f.error
    from catalog.parquet_splits s join catalog.repos r on r.hub_id = s.hub_id,
    unnest(s.urls, s.rows, s.row_groups, s.bytes, s.errors) with ordinality
      as f(url, rows, row_groups, bytes, error, shard)
    where r.removed_at is null`,
  `create view parquet_splits as
    select s.hub_id, r.id, s.config, s.split, s.files, s.row_count as rows, s.byte_count as bytes, s.estimated
    from catalog.parquet_splits s join catalog.repos r on r.hub_id = s.hub_id where r.removed_at is null`,
  `create view dataset_columns as
    select s.hub_id, r.id, s.config, s.split, c.position, c.path, c.physical_type, c.logical_type, c.nesting, c.nullable,
      s.column_bytes[c.position] as bytes
    from catalog.parquet_splits s
    join catalog.repos r on r.hub_id = s.hub_id
    join catalog.parquet_schemas h on h.hub_id = s.hub_id and h.position = s.schema_position,
    unnest(h.paths, h.physical_types, h.logical_types, h.nestings, h.nullable) with ordinality
      as c(path, physical_type, logical_type, nesting, nullable, position)
    where r.removed_at is null`,
  `create view repo_stages as
    select r.kind, s.hub_id, r.id, s.stage, s.outcome, s.reason, s.sha is not distinct from r.sha as is_current, s.done_at
    from catalog.repo_stages s join catalog.repos r on r.hub_id = s.hub_id where r.removed_at is null`,
  `create view failures as
    select f.task, f.kind, f.hub_id, r.id, f.cause, f.status, f.attempts, f.answer, f.first_failed_at, f.failed_at, f.retry_at
    from catalog.failures f left join catalog.repos r on r.hub_id = f.hub_id`,
  // Sub-selects, because these cost nothing to a query that does not ask for the columns.
  `create or replace view datasets as select r.hub_id, r.id, r.author, r.created_at, r.last_modified, r.sha, r.private,
    r.gated, r.disabled, r.license, r.tags, r.languages, c.likes, c.downloads, c.downloads_all_time, c.trending_score, r.card,
    r.task_categories, r.size_category, r.modalities, r.formats,
    coalesce(r.row_count,
      (select sum(s.row_count)::bigint from catalog.parquet_splits s where s.hub_id = r.hub_id)) as rows,
    coalesce(r.bytes, (select f.file_bytes from catalog.repo_files f where f.hub_id = r.hub_id)) as bytes,
    r.description, r.payload
    from catalog.repos r left join catalog.repo_counters c on c.hub_id = r.hub_id
    where r.kind = 'dataset' and r.removed_at is null`,
  `grant select on repo_files, repo_details, cards, parquet_files, parquet_splits, dataset_columns, repo_stages, failures
    to hubdex_reader`,
]

const DATASET = { hub_id: "The dataset's _id.", id: 'Its present name.', config: 'Config.', split: 'Split.' }
const REPO = { kind: 'model, dataset or space.', hub_id: "The Hub's _id.", id: 'Present name.' }

const viewComments = [
  ...describeView('repo_files', 'Files of the main branch of live repos whose details were fetched.', {
    ...REPO,
    path: 'Path within the repo.',
    size: 'Bytes.',
    sha256: 'Hash of the contents, in hexadecimal; null for files that are not in large file storage.',
  }),
  ...describeView('repo_details', 'What the detail answer tells beyond the listing, of live repos.', {
    ...REPO,
    used_storage: 'Bytes over the whole history of the repo.',
    file_count: 'Files of the main branch.',
    file_bytes: 'Their bytes; null where the Hub told no sizes.',
    details: 'Fields that the listing does not have, as received.',
  }),
  ...describeView('cards', 'README texts of live repos.', {
    ...REPO,
    text: 'The text without its front matter, which is the column card of models, datasets and spaces.',
    bytes: 'Bytes of the file; of its beginning where it was cut.',
    truncated: 'True when the file is longer than what is kept.',
  }),
  ...describeView('parquet_files', 'Parquet files of live datasets, one row a file.', {
    ...DATASET,
    shard: 'Number of the file within the split, from 0.',
    url: 'Address.',
    rows: 'Rows; null where its footer was not read: of each split the first 20 files are.',
    row_groups: 'Row groups, likewise.',
    bytes: 'Bytes, likewise.',
    error: 'Why the footer could not be read.',
  }),
  ...describeView('parquet_splits', 'Splits of live datasets as Parquet, one row a split.', {
    ...DATASET,
    files: 'Files.',
    rows: 'Rows; null where no footer could be read.',
    bytes: 'Bytes of the files.',
    estimated: 'True when only a part of the footers was read and the sums are extrapolated from it.',
  }),
  ...describeView('dataset_columns', 'Columns of live datasets by config and split, from the Parquet footers.', {
    ...DATASET,
    position: 'Place of the column, from 1.',
    path: 'Path, dotted where the column is nested.',
    physical_type: 'Type as stored, such as INT64 or BYTE_ARRAY.',
    logical_type: 'What the stored values stand for, such as STRING; null where that is the same.',
    nesting: 'list, map or struct from the outermost on, such as list.struct; null for plain columns.',
    nullable: 'Whether a value may be missing, on any level.',
    bytes: 'Compressed bytes of the column, over the files whose footers were read.',
  }),
  ...describeView('repo_stages', 'What was fetched for live repos one by one.', {
    ...REPO,
    stage: 'details, parquet or card.',
    outcome: 'done, or absent where there is nothing to fetch.',
    reason: 'Why there is nothing, or what is missing in what there is.',
    is_current: 'False when the repo has a newer commit, so that the stage is due again.',
    done_at: 'When.',
  }),
  ...describeView('failures', 'Tasks out of retries. They are tried again at retry_at.', {
    task: 'details, parquet, card, or another task on one repo.',
    ...REPO,
    cause: 'One word of a closed list, to group by.',
    status: 'HTTP status of the last answer, where there was one.',
    attempts: 'How often the task ended so.',
    answer: 'What was answered last, in a sentence.',
    first_failed_at: 'When it failed first.',
    failed_at: 'When it failed last.',
    retry_at: 'When it is tried again at the earliest.',
  }),
  ...describeColumns('datasets', {
    rows: 'Rows of all its configs and splits, from the Parquet footers; see parquet_splits for what is estimated.',
    bytes: 'Bytes of the main branch.',
  }),
]
