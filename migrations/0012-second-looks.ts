import { type Kysely, sql } from 'kysely'
import { describeColumns } from './describe.ts'

/** When a commit is worth a second look, and of which commit a failure tells. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // Kept, because to compute it for every dataset made planning what is due half as slow again.
  `alter table catalog.repo_stages add look_again_at timestamptz`,
  `update catalog.repo_stages s set look_again_at = now() from catalog.repos r
    where r.hub_id = s.hub_id and s.stage = 'parquet' and s.outcome = 'absent' and s.reason is distinct from 'gated'
      and s.done_at < least(r.last_modified, r.changed_at) + interval '7 days'`,
  `alter table catalog.failures add sha text`,
  // By which they are deleted when it is gone.
  `create index failures_repo on catalog.failures (hub_id)`,
  `delete from catalog.failures f using catalog.repos r where r.hub_id = f.hub_id and r.removed_at is not null`,
  `create or replace view repo_stages as
    select r.kind, s.hub_id, r.id, s.stage, s.outcome, s.reason, s.sha is not distinct from r.sha as is_current, s.done_at,
      s.look_again_at
    from catalog.repo_stages s join catalog.repos r on r.hub_id = s.hub_id where r.removed_at is null`,
  ...describeColumns('catalog.repo_stages', {
    sha: 'Commit of the repo for which this was done; another one makes the stage due at once.',
    look_again_at: 'When the stage is due again although the commit is the same; null for never.',
  }),
  ...describeColumns('repo_stages', {
    look_again_at: 'When the stage is due again although the commit is the same; null for never.',
  }),
  ...describeColumns('catalog.failures', {
    sha: 'Commit that it failed for; null where the task is not about one.',
    attempts: 'How often the task ended so for this commit, retries within an attempt not counted.',
    retry_at:
      'Not tried again before then unless the commit moves: 2 hours after the first time, twice that after each other, ' +
      '30 days at most.',
  }),
  ...describeColumns('failures', {
    attempts: 'How often the task ended so for the present commit.',
    retry_at: 'When it is tried again at the earliest, unless the commit moves.',
  }),
]
