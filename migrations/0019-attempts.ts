import { type Kysely, sql } from 'kysely'
import { describeColumns, describeView } from './describe.ts'

/** Attempts are recorded before the work, so that work that ends its process is known, and tried less and less. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

/** Why a task can end up as a failure; src/catalog/stages/failure-cause.ts has the same list. */
const CAUSES = `'server-error', 'throttled', 'timeout', 'network', 'broken-answer', 'refused', 'gated', 'gone', 'moved',
  'not-authorised', 'too-large', 'process-died'`

const statements = [
  `alter table catalog.failures drop constraint failures_cause_check,
    add constraint failures_cause_check check (cause in (${CAUSES}))`,
  'alter table catalog.stage_claims add begun_at timestamptz',
  'alter table catalog.passes add deaths integer not null default 0',
  'alter table catalog.refresh_queue add deaths integer not null default 0',
  'alter table catalog.removal_candidates add deaths integer not null default 0',
  ...describeColumns('catalog.stage_claims', {
    begun_at: 'When the process began to work on it; null while it only waits its turn there.',
  }),
  ...describeColumns('catalog.passes', {
    deaths:
      'Tries at its next page that were begun and have not ended, one after the other: the process of each died, but for the ' +
      'present one.',
  }),
  ...describeColumns('catalog.refresh_queue', {
    deaths:
      'Tries that were begun and have not ended, one after the other: the process of each died, but for the present one.',
  }),
  ...describeColumns('catalog.removal_candidates', {
    deaths:
      'Probes that were begun and have not ended, one after the other: the process of each died, but for the present one.',
  }),
  ...describeColumns('catalog.failures', {
    attempts:
      'How often the task ended so, retries within an attempt not counted. What ends its process counts apart from all else.',
    retry_at:
      'Not tried again before then: 2 hours after the first time, twice that after each other, 30 days at most. What ended ' +
      'its process is tried again at once three times.',
  }),
  ...describeColumns('catalog.parquet_splits', {
    schema_position:
      'Which of the schemas of the dataset the split has: that of all columns that any of its files has.',
  }),
  ...describeColumns('catalog.parquet_schemas', {
    paths: 'Paths of the columns, dotted; the first 5,000 of a schema and 20,000 of a dataset.',
    logical_types:
      'What the stored values stand for; null where that is the same. Times with UTC are instants, those without it are what ' +
      'a wall clock showed.',
    nullable: 'Whether a value may be missing, on any level, or the whole column in some of the files.',
  }),
  ...describeView(
    'dataset_columns',
    'Columns of live datasets by config and split, from the Parquet footers. Where files of a split differ, those of all: ' +
      'a column whose type changes from file to file has one row per type.',
    {
      logical_type:
        'What the stored values stand for, such as STRING; null where that is the same. TIMESTAMP(MICROS, UTC) is an instant, ' +
        'TIMESTAMP(MICROS) what a wall clock showed.',
      nullable: 'Whether a value may be missing, on any level, or the whole column in some of the files.',
    },
  ),
  ...describeColumns('failures', {
    attempts: 'How often the task ended so.',
  }),
]
