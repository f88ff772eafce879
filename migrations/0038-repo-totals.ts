import { type Kysely, sql } from 'kysely'
import { describeTable } from './describe.ts'

/**
 * Numbers of repos that `hubdex status` reads in a millisecond, however many repos there are. Writers only add rows, so that
 * they never wait for each other. Triggers, so that no writer can forget it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const counted = (table: string, sign: string) =>
  `select kind, ${sign}count(*) filter (where removed_at is null) as live, ${sign}count(removed_at) as tombstones
    from ${table} group by kind`

const TRIGGERS = {
  insert: 'new table as added',
  delete: 'old table as dropped',
  update: 'new table as added old table as dropped',
}

const statements = [
  `create table catalog.repo_totals (
    kind text not null,
    live bigint not null,
    tombstones bigint not null
  )`,
  ...describeTable(
    'catalog.repo_totals',
    'Changes to the numbers of repos. Their sums by kind are the numbers of repos.',
    {
      kind: 'Kind of the repos.',
      live: 'By how many the number of live repos has changed.',
      tombstones: 'By how many the number of removed repos has changed.',
    },
  ),
  `create function catalog.total_repos() returns trigger language plpgsql as $$
  begin
    if tg_op = 'INSERT' then
      insert into catalog.repo_totals (kind, live, tombstones) ${counted('added', '')};
    elsif tg_op = 'DELETE' then
      insert into catalog.repo_totals (kind, live, tombstones) ${counted('dropped', '-')};
    elsif tg_op = 'UPDATE' then
      insert into catalog.repo_totals (kind, live, tombstones)
      select kind, sum(live), sum(tombstones)
      from (${counted('added', '')} union all ${counted('dropped', '-')}) as counts
      group by kind having sum(live) <> 0 or sum(tombstones) <> 0;
    else
      delete from catalog.repo_totals;
    end if;
    return null;
  end $$`,
  `comment on function catalog.total_repos is 'Records changes to the numbers of repos in catalog.repo_totals.'`,
  ...Object.entries(TRIGGERS).map(
    ([event, tables]) => `create trigger total_repos_on_${event} after ${event} on catalog.repos
      referencing ${tables} for each statement execute function catalog.total_repos()`,
  ),
  `create trigger total_repos_on_truncate after truncate on catalog.repos
    for each statement execute function catalog.total_repos()`,
  // After the triggers, whose creation waits for all writers.
  `insert into catalog.repo_totals (kind, live, tombstones) ${counted('catalog.repos', '')}`,
]
