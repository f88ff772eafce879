import { type Kysely, sql } from 'kysely'
import { describeTable } from './describe.ts'

/** A batch of search documents is recorded before it is indexed, so that a document that ends its process is found. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table catalog.index_attempts (
    attempt_id bigint generated always as identity primary key,
    lease_owner text,
    hub_ids text[] not null,
    repos integer not null,
    begun_at timestamptz not null default now()
  )`,
  `alter table catalog.index_attempts set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
    autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000)`,
  ...describeTable(
    'catalog.index_attempts',
    'Batches of search documents that are being indexed, and those during which their process died. One row per batch.',
    {
      attempt_id: 'Number of the batch.',
      lease_owner: 'The process that indexes the batch; null once that process has died.',
      hub_ids: 'The repos of the batch. After a death, those that have not been indexed since.',
      repos:
        'How many repos the batch had when it began. After a death, these repos are indexed a tenth as many at a time.',
      begun_at: 'When the batch was begun.',
    },
  ),
]
