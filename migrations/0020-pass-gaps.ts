import { type Kysely, sql } from 'kysely'
import { describeColumns, describeTable } from './describe.ts'

/** What a full pass stepped over because a page of the list never answered well. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `alter table catalog.passes
    add last_id text,
    add is_ordered boolean not null default true`,
  `create table catalog.pass_gaps (
    pass_id bigint primary key,
    cursor text,
    after_created_at timestamptz,
    after_id text,
    before_created_at timestamptz,
    before_id text,
    is_closed boolean not null default false,
    cause text not null,
    status integer,
    answer text,
    found_at timestamptz not null default now()
  )`,
  `create or replace view passes as select p.pass_id, p.kind, p.scope, p.state, p.endpoint, p.pages, p.repos, p.inserted,
    p.updated, p.unchanged, p.rejected, p.removed, p.requests, p.note, p.error, p.heartbeat_at, p.started_at, p.finished_at,
    p.unproved,
    (select jsonb_agg(jsonb_build_object('after_created_at', g.after_created_at, 'after_id', g.after_id,
        'before_created_at', g.before_created_at, 'before_id', g.before_id, 'cause', g.cause, 'status', g.status,
        'answer', g.answer))
      from catalog.pass_gaps g where g.pass_id = p.pass_id and g.is_closed) as gaps
    from catalog.passes p`,
  ...describeColumns('catalog.passes', {
    last_id: 'The repo of last_created_at.',
    last_created_at:
      'createdAt of the last repo that the walk has read: the newest, or the oldest once it comes from the other end.',
    is_ordered: 'False once the list has shown a repo whose place in the order is not known.',
  }),
  ...describeTable(
    'catalog.pass_gaps',
    'Stretches of a list that a full pass could not read, one row per pass; the walk then comes from the other end of the list.',
    {
      pass_id: 'Pass.',
      cursor: 'Link to the page that never answered well; null for the first page.',
      after_created_at: 'createdAt of the last repo before the stretch; null where it begins with the list.',
      after_id: 'That repo.',
      before_created_at: 'createdAt of the first repo after the stretch; null where it ends with the list.',
      before_id: 'That repo.',
      is_closed: 'False while the walk from the other end has not met the stretch.',
      cause: 'Why the page could not be read: one word of the closed list of failures.',
      status: 'HTTP status of the last answer, where there was one.',
      answer: 'What was answered last, in a sentence.',
      found_at: 'When the stretch was met.',
    },
  ),
  ...describeColumns('passes', {
    gaps:
      'Stretches of the list that never answered well and were stepped over, by createdAt and id of the repos on both sides; ' +
      'null where the pass is whole. Nothing created within them, bounds included, is taken for gone because of this pass.',
  }),
  ...describeColumns('failures', {
    task: 'details, parquet, card, listing, or another task on one repo.',
    hub_id: "The Hub's _id; of the task listing, which is about a stretch of a list, the kind.",
    id: 'Present name; null of the task listing.',
  }),
]
