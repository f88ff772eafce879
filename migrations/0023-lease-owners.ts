import { type Kysely, sql } from 'kysely'
import { describeColumns, describeTable } from './describe.ts'

/**
 * Leases refer to a process, which has one row and one heartbeat. An older program cannot write under its leases any more,
 * because the columns have other names, so its leases are free at once. It ends at its next heartbeat.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const OWNER = 'host, pid and a random part'

const statements = [
  // Living processes come back with their next heartbeat.
  'delete from catalog.processes',
  'alter table catalog.processes rename holder to lease_owner',
  // An older program can still write its heartbeat to this column, and then learns that it must end.
  `alter table catalog.processes alter lease_owner set default gen_random_uuid()::text, add holder text unique`,
  ...describeTable(
    'catalog.processes',
    'Processes that take leases or run for long over this catalog, while they live.',
    {
      lease_owner: `Process: ${OWNER}.`,
      role: 'Its command: up, schedule, worker, serve, crawl or index rebuild.',
      heartbeat_at:
        'Last sign of life; after a minute without one it counts as dead, and its leases can be taken over.',
      holder: 'The name of a process of an older version, until it ends.',
    },
  ),

  'delete from catalog.stage_claims',
  'alter table catalog.stage_claims drop constraint stage_claims_holder_fkey',
  'alter table catalog.stage_claims rename holder to lease_owner',
  'alter table catalog.stage_claims add foreign key (lease_owner) references catalog.processes on delete cascade',
  'alter index catalog.stage_claims_holder rename to stage_claims_lease_owner',
  'drop table catalog.stage_holders',
  ...describeColumns('catalog.stage_claims', { lease_owner: 'Process that has the task.' }),

  'alter table catalog.passes rename holder to lease_owner',
  'alter table catalog.passes rename heartbeat_at to begun_at',
  `create or replace view passes as select p.pass_id, p.kind, p.scope, p.state, p.endpoint, p.pages, p.repos, p.inserted,
    p.updated, p.unchanged, p.rejected, p.removed, p.requests, p.note, p.error,
    greatest(p.begun_at, (select o.heartbeat_at from catalog.processes o
      where o.lease_owner = p.lease_owner and p.state = 'running')) as heartbeat_at,
    p.started_at, p.finished_at, p.unproved,
    (select jsonb_agg(jsonb_build_object('after_created_at', g.after_created_at, 'after_id', g.after_id,
        'before_created_at', g.before_created_at, 'before_id', g.before_id, 'cause', g.cause, 'status', g.status,
        'answer', g.answer))
      from catalog.pass_gaps g where g.pass_id = p.pass_id and g.is_closed) as gaps
    from catalog.passes p`,
  ...describeColumns('catalog.passes', {
    lease_owner: 'Process that walks it, or walked it last; a running pass whose process is dead can be taken over.',
    begun_at: 'When its next page was begun, or its last one written.',
  }),

  'alter table catalog.schedule_runs rename holder to lease_owner',
  `create or replace view schedule_runs as select r.run_id, r.job, r.cron, r.due_at, r.started_at,
    coalesce(r.finished_at, (select o.heartbeat_at from catalog.processes o where o.lease_owner = r.lease_owner),
      r.started_at) as heartbeat_at,
    r.finished_at, r.lease_owner as holder, r.state, r.note
    from catalog.schedule_runs r`,
  'alter table catalog.schedule_runs drop heartbeat_at',
  ...describeColumns('catalog.schedule_runs', { lease_owner: `Process that runs it, or ran it: ${OWNER}.` }),

  'alter table catalog.search_target drop rebuild_id, drop rebuild_seen_at, add lease_owner text',
  ...describeColumns('catalog.search_target', { lease_owner: 'Process that builds it anew; null when none does.' }),

  `update catalog.identity set needs_migration = '0023-lease-owners'`,
]
