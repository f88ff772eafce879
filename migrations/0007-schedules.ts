import { type Kysely, sql } from 'kysely'
import { describeTable, describeView } from './describe.ts'

/** When jobs ran, and the repos that a webhook asked to look at. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table catalog.schedule_runs (
    run_id bigint generated always as identity primary key,
    job text not null,
    cron text not null,
    due_at timestamptz not null,
    started_at timestamptz not null default now(),
    heartbeat_at timestamptz not null default now(),
    finished_at timestamptz,
    holder text not null,
    state text not null check (state in ('running', 'done', 'failed', 'interrupted', 'taken-over')),
    note text,
    unique (job, due_at)
  )`,
  `create unique index schedule_runs_running on catalog.schedule_runs (job) where state = 'running'`,
  `create table catalog.refresh_queue (
    kind text not null check (kind in ('model', 'dataset', 'space')),
    id text not null,
    hub_id text,
    reason text not null,
    requested_at timestamptz not null default now(),
    is_wanted boolean not null default true,
    lease_until timestamptz,
    not_before timestamptz not null default now(),
    attempts integer not null default 0,
    last_error text,
    primary key (kind, id)
  ) with (fillfactor = 70)`,
  `create view schedule_runs as select run_id, job, cron, due_at, started_at, heartbeat_at, finished_at, holder, state, note
    from catalog.schedule_runs`,
  `grant select on schedule_runs to hubdex_reader`,
  ...describeTable('catalog.schedule_runs', 'Runs of scheduled jobs; at most one of a job is running.', runColumns()),
  ...describeView('schedule_runs', 'Runs of scheduled jobs, those of the last 90 days.', runColumns()),
  ...describeTable('catalog.refresh_queue', 'Repos to ask the Hub for ahead of everything else, one row a name.', {
    kind: 'model, dataset or space.',
    id: 'Name as it was asked for; it may be a former one, or name nothing.',
    hub_id: "The Hub's _id as whoever asked gave it; not proved.",
    reason: 'What asked for it.',
    requested_at: 'When it was asked for first since it was last refreshed.',
    is_wanted: 'Whether it was asked for since a refresh last began.',
    lease_until: 'Until when a process has it in work; null when none has.',
    not_before: 'When it may be refreshed next.',
    attempts: 'Refreshes that failed since one succeeded.',
    last_error: 'Why the last one failed.',
  }),
]

function runColumns(): Record<string, string> {
  return {
    run_id: 'Number of the run.',
    job: 'full, recent, tags, stages and so on.',
    cron: 'The schedule at that time.',
    due_at: 'When it was due. Of a run that went on with an interrupted one: when that was found.',
    started_at: 'Start.',
    heartbeat_at: 'Last sign of life.',
    finished_at: 'End; null while it runs.',
    holder: 'Process that runs it: host, pid and a random part.',
    state: 'running, done, failed, interrupted, or taken-over when its process died.',
    note: 'What it did, or why it failed.',
  }
}
