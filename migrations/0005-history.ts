import { type Kysely, sql } from 'kysely'
import { describeTable, describeView } from './describe.ts'

/** What was: counters by day, and what happened to repos. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // One row a repo and month with a value a day in arrays: a row a day takes 151 bytes, most of them for the row itself and
  // its place in the index, against 69 here for a repo that moves on 20 days of a month and 110 for one that does on 6. The present day is not in here but in repo_counters.
  `create table catalog.repo_history (
    hub_id text not null,
    month date not null,
    days smallint[] not null,
    downloads bigint[] not null,
    likes bigint[] not null,
    trending_score real[] not null,
    primary key (hub_id, month)
  ) with (fillfactor = 80)`,
  `create table catalog.repo_events (
    event_id bigint generated always as identity primary key,
    hub_id text not null,
    event text not null,
    old_value text,
    new_value text,
    happened_at timestamptz not null default now()
  )`,
  `create index repo_events_hub_id on catalog.repo_events (hub_id, happened_at)`,
  `create index repo_events_happened_at on catalog.repo_events (happened_at)`,
  // Counters that never moved have their first day here too: it is the day of repo_counters.
  `create view repo_history as
    select r.kind, h.hub_id, r.id, (h.month + (d.day - 1))::date as day, d.downloads, d.likes,
      d.trending_score::double precision as trending_score
    from catalog.repo_history h
    join catalog.repos r on r.hub_id = h.hub_id,
    unnest(h.days, h.downloads, h.likes, h.trending_score) as d(day, downloads, likes, trending_score)
    union all
    select r.kind, c.hub_id, r.id, (c.moved_at at time zone 'UTC')::date, c.downloads, c.likes, c.trending_score
    from catalog.repo_counters c join catalog.repos r on r.hub_id = c.hub_id`,
  // Every repo has appeared once; six million events would say no more than first_seen_at does.
  `create view repo_events as
    select r.kind, e.hub_id, r.id, e.event, e.old_value, e.new_value, e.happened_at
    from catalog.repo_events e join catalog.repos r on r.hub_id = e.hub_id
    union all
    select r.kind, r.hub_id, r.id, 'appeared', null, null, r.first_seen_at from catalog.repos r`,
  `grant select on repo_history, repo_events to hubdex_reader`,
  ...describeTable('catalog.repo_history', 'Counters of past days on which they moved, one row a repo and month.', {
    hub_id: 'Repo.',
    month: 'First day of the month, UTC.',
    days: 'Days of the month, ascending.',
    downloads: 'Downloads of the last 30 days, as they stood at the end of each of these days.',
    likes: 'Likes, likewise.',
    trending_score: 'Trending score, likewise.',
  }),
  ...describeTable('catalog.repo_events', 'What happened to repos, but for their first appearance.', {
    event_id: 'Order of writing.',
    hub_id: 'Repo.',
    event: 'renamed, license, gated, visibility, disabled, task, base_models, removed or restored.',
    old_value: 'Value before.',
    new_value: 'Value after; for removed the cause.',
    happened_at: 'When hubdex learned of it.',
  }),
  ...describeView('repo_history', 'Counters by day, with a row where any of them moved.', {
    kind: 'model, dataset or space.',
    hub_id: "The Hub's _id.",
    id: 'Present name.',
    day: 'Day, UTC.',
    downloads: 'Downloads of the last 30 days, as last seen on that day.',
    likes: 'Likes, likewise.',
    trending_score: 'Trending score, likewise.',
  }),
  ...describeView('repo_events', 'What happened to repos, and when hubdex learned of it.', {
    kind: 'model, dataset or space.',
    hub_id: "The Hub's _id.",
    id: 'Present name.',
    event: 'appeared, renamed, license, gated, visibility, disabled, task, base_models, removed or restored.',
    old_value: 'Value before.',
    new_value: 'Value after; for removed the cause.',
    happened_at: 'When hubdex learned of it.',
  }),
]
