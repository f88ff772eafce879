import { type Kysely, sql } from 'kysely'
import { describeColumns, describeTable } from './describe.ts'

/** What is known of repos whose name was lost, and which passes have had their proof of what is gone. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table catalog.misplaced_repos (
    hub_id text primary key,
    since timestamptz not null default now()
  )`,
  `alter table catalog.refresh_queue add deleted_hub_ids text[] not null default '{}'`,
  `alter table catalog.passes add settled_at timestamptz`,
  `update catalog.passes set settled_at = finished_at where scope = 'full' and state = 'complete'`,
  // Those never asked for come first, then those asked for longest ago.
  `create index removal_candidates_probed_at on catalog.removal_candidates (probed_at nulls first, hub_id)`,
  ...describeTable(
    'catalog.misplaced_repos',
    'Live repos of which the Hub said that their name no longer leads to them: out of search until a list shows them or they are proved gone.',
    { hub_id: 'Repo.', since: 'When the Hub said so.' },
  ),
  ...describeColumns('catalog.refresh_queue', {
    deleted_hub_ids:
      'Repos that, as whoever asked said, were deleted under this name; not proved as long as the name leads to one of them.',
  }),
  ...describeColumns('catalog.passes', {
    settled_at: 'When what a complete full pass had missed had been asked for, as far as it was to be.',
  }),
]
