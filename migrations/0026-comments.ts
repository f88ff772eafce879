import { type Kysely, sql } from 'kysely'
import { describeColumns } from './describe.ts'

/** Comments in plain English. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [table, text] of Object.entries(TABLES)) await comment(db, `table ${table}`, text)
  for (const [view, text] of Object.entries(VIEWS)) await comment(db, `view ${view}`, text)
  await comment(
    db,
    'schema search',
    'Index of the Postgres search engine: derived from the catalog, changes without notice.',
  )
  for (const [relation, columns] of Object.entries(COLUMNS)) {
    for (const statement of describeColumns(relation, columns)) await sql.raw(statement).execute(db)
  }
}

async function comment(db: Kysely<unknown>, subject: string, text: string): Promise<void> {
  await sql`comment on ${sql.raw(subject)} is ${sql.lit(text)}`.execute(db)
}

const TABLES = {
  'catalog.budgets': 'Rate-limit budgets as last seen by any process, for other processes to plan with.',
  'catalog.hub': 'The Hub of this catalog. No row before the first crawl.',
  'catalog.identity': 'One row that identifies this catalog.',
  'catalog.parquet_schemas': 'Columns of datasets: one row per distinct schema of a dataset.',
  'catalog.parquet_splits': 'Parquet files of datasets: one row per split, its files in arrays.',
  'catalog.pass_gaps': 'Gaps: parts of a list that a full pass could not read. One row per pass.',
  'catalog.passes': 'Walks of a listing: one row per pass, finished or not.',
  'catalog.processes': 'Living processes that have leases or run for long.',
  'catalog.refresh_queue': 'Repos to refresh before all other work, one row per name.',
  'catalog.removal_candidates': 'Live repos that the last complete full pass has missed.',
  'catalog.repo_counters': 'Counters, which change daily, apart from columns that rarely change.',
  'catalog.repo_events': 'Changes of repos, except for their first appearance.',
  'catalog.repo_files': 'Details beyond the listing: one row per repo, its files in arrays.',
  'catalog.repo_history': 'Counters of past days on which they changed, one row per repo and month.',
  'catalog.repos': 'One row per repo of the Hub, under an identity that survives renames.',
  'catalog.schedule_runs': 'Runs of scheduled jobs. At most one run per job is active.',
  'catalog.search_rebuild':
    'Repos with outbox entries applied during a rebuild of the index, which must be applied to the new index, too.',
  'catalog.search_versions': 'Formats of the indexes of each search engine.',
  'catalog.stage_claims': 'Tasks of stages that processes have claimed.',
  'catalog.tags': "The Hub's vocabularies of tags.",
  'catalog.unresolved_repos':
    'Repos whose name no longer resolves to them, without a confirmed removal. They are not in search.',
  'search.block': 'One row per block of 8,192 ordinals.',
  'search.document': 'Searchable documents, one row per repo.',
  'search.posting': 'The documents with a term: one bitmap per block of 8,192 ordinals.',
  'search.term': 'Vocabulary: values of facets, and words by the field they occur in.',
}

const VIEWS = {
  dataset_columns:
    'Columns of live datasets by config and split, from the Parquet footers. The columns of all files of a split: a column ' +
    'whose type differs between files has one row per type.',
  datasets: 'One row per live dataset.',
  failures: 'Tasks out of retries. They are retried at retry_at.',
  lineage: 'Which model is derived from which, and how.',
  models: 'One row per live model.',
  parquet_files: 'Parquet files of live datasets, one row per file.',
  parquet_splits: 'Splits of live datasets as Parquet, one row per split.',
  passes: 'Walks of the listings of the Hub and their results.',
  repo_aliases: 'Former names of repos with the current one.',
  repo_details: 'Details of live repos beyond the listing.',
  repo_events: 'Changes of repos, and when hubdex noticed them.',
  repo_history:
    'Counters by day, one row per day on which any of them changed. Spaces have no downloads: the Hub does not count them.',
  repo_stages: 'What was fetched for each live repo.',
  repo_tags: 'One row per tag of a live repo.',
  repos: 'Every repo of every kind, including removed ones (removed_at).',
  schedule_runs: 'Runs of scheduled jobs in the last 90 days.',
  spaces: 'One row per live Space.',
}

const REPO = { id: 'Current name, owner/name.', license: 'First declared license.' }
const DOWNLOADED = { ...REPO, downloads_all_time: 'Downloads of all time.' }
const CURRENT_NAME = { id: 'Current name.' }
const DATASET_NAME = { id: 'Its current name.' }
const UNCOUNTED = {
  rejected: 'Rows that were not valid repos or could not be stored.',
  removed: 'Repos whose removal was confirmed.',
}
const UNCONFIRMED = { unconfirmed: 'Repos that the pass missed and whose removal is not confirmed. They stay live.' }
const STATUS = { status: 'HTTP status of the last answer, if any.', answer: 'The last answer or error, in a sentence.' }
const STAGE = {
  outcome: 'done, or absent if there is nothing to fetch.',
  reason: 'Why there is nothing, or what is missing.',
}
const NULLABLE = { nullable: 'Whether a value may be missing on any level, or the whole column in some files.' }
const CARD = {
  bytes: 'Bytes of the file, or of its stored part if truncated.',
  truncated: 'True if the file is longer than its stored part.',
}
const ESTIMATED = { estimated: 'True if only some of the footers were read, and the sums are extrapolated from them.' }
const DUE_AT = {
  due_at: 'When it was due. For a run that resumed an interrupted one: when the interruption was found.',
}
const NOTICED_NAME = { known_since: 'When hubdex noticed the new name.' }
const ONLY_ROW = { only_row: 'True: there is at most one row.' }
const FAILED_AT = { first_failed_at: 'When it first failed.', failed_at: 'When it last failed.' }
const LAST_LISTED = { seen_at: 'When the Hub last listed it.' }

const COLUMNS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'catalog.active_index': {
    ...ONLY_ROW,
    next_name: 'A complete index that is about to replace it.',
    epoch: 'Increases with each replacement of the index.',
    lease_owner: 'The process that rebuilds the index; null if none does.',
  },
  'catalog.budgets': {
    remaining: 'Requests left in the window: the lowest value that any process has seen.',
    quota: 'Requests per window.',
    reset_at: 'Expected end of the window.',
    seen_at: 'Time of these values.',
    budget: 'Fingerprint of the token, from which it cannot be derived; anonymous without a token.',
  },
  'catalog.cards': { text: 'The text without its front matter, which is in repos.card.', ...CARD },
  'catalog.failures': {
    cause: 'One of a closed list of causes.',
    ...STATUS,
    ...FAILED_AT,
    attempts:
      'How often the task failed, without retries within an attempt. Deaths of processes are counted separately.',
    retry_at:
      'Next retry: 2 hours after the first failure, doubling with each further one, at most 30 days. The first three deaths ' +
      'of a process are retried at once.',
    sha: 'Commit of the failure; null if the task is not about one.',
  },
  'catalog.hub': ONLY_ROW,
  'catalog.identity': {
    catalog_id: 'A random id, created once.',
    min_migration: 'The migration that a program must know to use this catalog. Older programs stop.',
  },
  'catalog.index_attempts': { begun_at: 'Start of the batch.' },
  'catalog.locks': { name: 'Name of the lock.' },
  'catalog.parquet_schemas': {
    column_count: 'Number of columns, including those left out of the arrays.',
    logical_types:
      'Meaning of the stored values; null if the same. Times with UTC are instants, others are local times.',
    nestings: 'list, map or struct, outermost first, such as list.struct; null for plain columns.',
    ...NULLABLE,
  },
  'catalog.parquet_splits': {
    files: 'Number of files of the split.',
    row_count: 'Rows; null if no footer could be read.',
    byte_count: 'Bytes of the files; null if no file has a known size.',
    ...ESTIMATED,
    rows: 'Rows per address; null if the footer was not read.',
    schema_position: 'The schema of the dataset for this split, with all columns of any of its files.',
  },
  'catalog.pass_gaps': {
    cursor: 'Link to the unreadable page; null for the first page.',
    after_created_at: 'createdAt of the last repo before the gap; null at the start of the list.',
    before_created_at: 'createdAt of the first repo after the gap; null at the end of the list.',
    is_closed: 'False until the walk from the other end has reached the gap.',
    cause: 'Why the page could not be read: one of the causes of failures.',
    ...STATUS,
    found_at: 'When the gap was found.',
  },
  'catalog.passes': {
    kind: 'What was walked; tags is both lists of tags.',
    state: 'running, interrupted or failed (both resume in the next run), or complete.',
    ...UNCOUNTED,
    last_created_at:
      'createdAt of the last repo read: the newest, or the oldest once the walk comes from the other end.',
    note: 'Remarks on this pass, such as a listing out of order.',
    lease_owner:
      'The process that walks it or last walked it. Others can take over a running pass if its process is dead.',
    begun_at: 'When its next page was begun.',
    modified_until: 'lastModified up to which a recent pass has all changes; for a full pass, the newest at its start.',
    created_until: 'As modified_until, by createdAt.',
    ...UNCONFIRMED,
    removals_checked_at: 'When the Hub had been asked for all repos that the pass missed; null until then.',
    deaths: 'Consecutive tries at its next page that have not ended: all their processes died, except the current one.',
  },
  'catalog.processes': {
    queue: 'The id of its shared queue; null if tasks are queued in the process.',
    tasks: 'Names of the tasks that it takes from the queue.',
    budgets: 'Fingerprints of its tokens, whose lanes it serves.',
    heartbeat_at:
      'Last heartbeat. A process without one for a minute counts as dead, and others can take over its leases.',
  },
  'catalog.refresh_queue': {
    id: 'The requested name, which may be a former one or not exist.',
    hub_id: "The Hub's _id as requested; not verified.",
    reason: 'Origin of the request.',
    requested_at: 'First request since the last refresh.',
    is_pending: 'Whether a refresh is queued, besides a running one.',
    lease_until: 'Until when a process has leased it; null if none has.',
    not_before: 'Earliest time of the next refresh.',
    attempts: 'Failed refreshes since the last success.',
    deleted_hub_ids: 'Repos reported as deleted under this name; not verified while the name resolves to one of them.',
    deaths: 'Consecutive tries that have not ended: all their processes died, except the current one.',
  },
  'catalog.removal_candidates': {
    probes: 'Number of probes without a clear answer.',
    probed_at: 'Time of the last probe.',
    deaths: 'Consecutive probes that have not ended: all their processes died, except the current one.',
  },
  'catalog.repo_aliases': { alias: 'A former name.', ...NOTICED_NAME },
  'catalog.repo_counters': {
    downloads_all_time: 'Downloads of all time.',
    changed_at: 'When hubdex last wrote a change of a counter.',
  },
  'catalog.repo_events': { event_id: 'Increases in the order of writing.', happened_at: 'When hubdex noticed it.' },
  'catalog.repo_files': {
    used_storage: 'Bytes of the whole history of the repo.',
    file_count: 'Files of the main branch, including those left out of the arrays.',
    file_bytes: 'Their bytes; null if the Hub gave no sizes.',
    details: 'Fields of the detail answer that the listing lacks, as received.',
    sizes: 'Bytes per path.',
    sha256: 'Content hash per path; null for files that are not in large file storage.',
  },
  'catalog.repo_history': {
    downloads:
      'Downloads of the last 30 days at the end of each of these days; null for Spaces, which the Hub does not count.',
  },
  'catalog.repo_stages': {
    sha: 'Commit for which this was done. After another commit the stage is due at once.',
    ...STAGE,
    done_at: 'When it was done.',
  },
  'catalog.repos': {
    ...REPO,
    hub_id: "The Hub's _id, or an id derived from kind and first name if the payload had none.",
    author: 'User or organization that owns the repo.',
    created_at: 'createdAt of the Hub, which is 2022-03-02 for everything older.',
    last_modified: 'Last commit or settings change according to the Hub.',
    private: 'True only if private repos were requested.',
    gated: 'false, auto or manual; null if unknown.',
    disabled: 'True if the Hub has disabled the repo.',
    description: 'Short description, if the listing has one.',
    license: 'First declared license, from tags or card.',
    base_models: 'Models: ids of the models that this one is derived from.',
    base_relations: 'Models: finetune, adapter, merge, quantized or unknown, one per base model.',
    card: 'The card front matter (cardData) as parsed by the Hub: user input of any shape.',
    content_hash: 'Hash of this row without its counters, to detect changes.',
    removed_at: 'When the removal from the Hub was confirmed; null for live repos.',
    removed_cause: 'deleted, private or disabled. The Hub gives the same answer for deleted and private repos.',
    vanished: 'Values that the last payload lacked, by event. They become events once another pass has confirmed them.',
    modified_seen_at:
      'When the current last_modified was first seen; null if that was a week or more before this column existed.',
  },
  'catalog.schedule_runs': {
    ...DUE_AT,
    lease_owner: 'The process that runs or ran it: host, pid and a random part.',
    note: 'Its result, or why it failed.',
  },
  'catalog.search_outbox': {
    seq: 'Increases in the order of writing, which is not the order of commits.',
    counters_only: 'True if only counters have changed.',
  },
  'catalog.search_versions': {
    version: 'The newest index format that any program has used. Older programs do not change the index.',
  },
  'catalog.stage_claims': {
    lease_owner: 'The process that has claimed the task.',
    begun_at: 'When work on the task began; null while it is queued in the process.',
  },
  'catalog.tags': { id: 'The tag in repos.', label: 'The tag as shown by the Hub.', ...LAST_LISTED },
  'catalog.unresolved_repos': { since: 'When its name was first found not to resolve.' },
  'search.block': {
    block: 'Covers the ordinals from 8192 * block on.',
    version: 'Changes whenever a document of the block gains or loses a term.',
  },
  'search.document': {
    ordinal: 'Position of the document in all bitmaps.',
    name: 'The part of the id after its owner in lower case, to find exact names.',
    popularity: 'Breaks ties between equal matches: ln(1 + downloads) + 2 ln(1 + likes), in thousandths.',
    document: 'The document as shown in hits, without its counters, nulls and empty lists.',
  },
  'search.posting': {
    block: 'Covers the ordinals from 8192 * block on.',
    first: 'Ordinal within the block of the first bit; a multiple of 8.',
    bits: 'One bit per document, in whole bytes, without the zero bytes at both ends.',
  },
  'search.term': {
    field:
      'Name of a facet, a field of words ("word name", "word author", …), or "live" for the term of all documents.',
    value: 'The value, or the normalized word.',
    documents: 'Number of documents with the term, for facets only.',
  },
  cards: {
    ...CURRENT_NAME,
    text: 'The text without its front matter, which is in the column card of models, datasets and spaces.',
    ...CARD,
  },
  dataset_columns: {
    ...DATASET_NAME,
    position: 'Position of the column, from 1.',
    path: 'Path, dotted if the column is nested.',
    logical_type:
      'Meaning of the stored values, such as STRING; null if the same. TIMESTAMP(MICROS, UTC) is an instant, ' +
      'TIMESTAMP(MICROS) a local time.',
    nesting: 'list, map or struct, outermost first, such as list.struct; null for plain columns.',
    ...NULLABLE,
    bytes:
      'Compressed bytes of the column in files whose footers were read: not all files if parquet_splits.estimated is true.',
  },
  datasets: {
    ...DOWNLOADED,
    gated: 'false, auto or manual; null if unknown.',
    rows: 'Rows of all its configs and splits, from the Parquet footers; parquet_splits shows which are estimated.',
  },
  failures: {
    hub_id: "The Hub's _id; for the task listing, which is about a gap in a list, the kind.",
    id: 'Current name; null for the task listing.',
    cause: 'One of a closed list of causes.',
    ...STATUS,
    ...FAILED_AT,
    attempts: 'How often the task failed.',
    retry_at: 'The next retry, unless the commit changes earlier.',
  },
  lineage: { child: 'The derived model.', parent: 'The model it is derived from, as named in the card.' },
  models: {
    ...DOWNLOADED,
    gated: 'false, auto or manual; null if unknown.',
    base_models: 'Ids of the models that this one is derived from.',
  },
  parquet_files: {
    ...DATASET_NAME,
    rows: 'Rows; null if the footer was not read. The first 20 footers of each split are read.',
  },
  parquet_splits: { ...DATASET_NAME, rows: 'Rows; null if no footer could be read.', ...ESTIMATED },
  passes: {
    ...UNCOUNTED,
    ...UNCONFIRMED,
    note: 'Remarks on this pass.',
    heartbeat_at: 'Last heartbeat of its process.',
    gaps:
      'Gaps: parts of the list that could not be read, by createdAt and id of the repos on both sides; null if there are ' +
      'none. Repos created within them, including both bounds, are not treated as removed because of this pass.',
  },
  repo_aliases: { ...CURRENT_NAME, ...NOTICED_NAME },
  repo_details: {
    ...CURRENT_NAME,
    used_storage: 'Bytes of the whole history of the repo.',
    file_bytes: 'Their bytes; null if the Hub gave no sizes.',
    details: 'Fields that the listing lacks, as received.',
  },
  repo_events: { ...CURRENT_NAME, happened_at: 'When hubdex noticed it.' },
  repo_files: CURRENT_NAME,
  repo_history: CURRENT_NAME,
  repo_stages: {
    ...CURRENT_NAME,
    ...STAGE,
    is_current: 'False if the repo has a newer commit, so that the stage is due again.',
    done_at: 'When it was done.',
  },
  repos: {
    ...REPO,
    gated: 'false, auto or manual; null if unknown.',
    downloads_all_time: 'Downloads of all time; null for Spaces.',
    changed_at: 'When hubdex last wrote a change other than of a counter.',
    removed_at: 'When the removal from the Hub was confirmed; null for live repos.',
    removed_cause: 'Cause of the removal: deleted, private or disabled; null for live repos.',
  },
  schedule_runs: {
    ...DUE_AT,
    heartbeat_at: 'Last heartbeat of its process.',
    lease_owner: 'The process that runs it: host, pid and a random part.',
    note: 'Its result, or why it failed.',
  },
  spaces: {
    ...REPO,
    gated: 'false, auto or manual; null if unknown.',
    downloads: 'Null: the Hub does not count downloads of Spaces.',
    downloads_all_time: 'Null, as downloads.',
  },
  tags: { id: 'The tag in repos.', label: 'The tag as shown by the Hub.', ...LAST_LISTED },
}
