import { type Kysely, sql } from 'kysely'
import { describeColumns, describeView } from './describe.ts'

/**
 * When the Hub's last change came here, and when a value went missing: a repo that changes every day hides both from
 * `changed_at`.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `alter table catalog.repos add modified_seen_at timestamptz, add vanished_at timestamptz`,
  // Lag looks back seven days. To write every row anew would take twice the room of the largest table.
  `update catalog.repos set modified_seen_at = changed_at where last_modified > now() - interval '8 days'`,
  `update catalog.repos set vanished_at = changed_at where vanished is not null`,
  `alter table catalog.repos alter modified_seen_at set default now()`,
  ...describeColumns('catalog.repos', {
    modified_seen_at:
      'When last_modified was first seen here as it is; null where that was a week and more before this was noted.',
    vanished_at: 'When the last of the values in vanished went missing.',
  }),
  ...describeColumns('catalog.repo_counters', {
    moved_at: 'When any of these but the downloads since the repo exists last moved.',
  }),
  ...describeColumns('catalog.repo_history', {
    downloads:
      'Downloads of the last 30 days, as they stood at the end of each of these days; null for Spaces, of which the Hub ' +
      'counts none.',
  }),
  ...describeView(
    'repo_history',
    'Counters by day, with a row where any of them moved. Spaces have no downloads: the Hub counts none.',
    { downloads: 'Downloads of the last 30 days, as last seen on that day; null for Spaces.' },
  ),
  ...describeColumns('spaces', {
    downloads: 'Null: the Hub counts no downloads of Spaces.',
    downloads_all_time: 'Null, likewise.',
  }),
  ...describeColumns('repos', {
    downloads: 'Downloads of the last 30 days; null for Spaces.',
    downloads_all_time: 'Downloads since it exists; null for Spaces.',
  }),
  ...describeColumns('dataset_columns', {
    bytes:
      'Compressed bytes of the column in the files whose footers were read: less than all of it where ' +
      'parquet_splits.estimated is true.',
  }),
]
