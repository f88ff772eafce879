import { type Kysely, sql } from 'kysely'
import { describeColumns, describeTable } from './describe.ts'

/** What a pass needs to prove what is gone, to follow what is new, and to keep out what was taken down. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `alter table catalog.repos
    add removed_cause text check (removed_cause in ('deleted', 'private', 'disabled')),
    add vanished jsonb`,
  `create index repos_vanished on catalog.repos (kind) where vanished is not null`,
  // One row a page, not one a repo: a mark on each row would rewrite six million rows a pass in which nothing changed.
  `create table catalog.pass_sightings (
    pass_id bigint not null,
    hub_ids text[] not null
  )`,
  `create index pass_sightings_pass_id on catalog.pass_sightings (pass_id)`,
  `create table catalog.removal_candidates (
    hub_id text primary key,
    pass_id bigint not null,
    found_at timestamptz not null default now(),
    probes integer not null default 0,
    probed_at timestamptz
  )`,
  `create table catalog.forgotten (
    hub_id text primary key,
    kind text not null,
    forgotten_at timestamptz not null default now()
  )`,
  `alter table catalog.passes
    add modified_until timestamptz,
    add created_until timestamptz,
    add unproved bigint not null default 0`,
  `create or replace view passes as select pass_id, kind, scope, state, endpoint, pages, repos, inserted, updated, unchanged,
    rejected, removed, requests, note, error, heartbeat_at, started_at, finished_at, unproved from catalog.passes`,
  // A new column can only come last in a view that there is already.
  `create or replace view repos as select r.kind, r.hub_id, r.id, r.author, r.created_at, r.last_modified, r.sha, r.private,
    r.gated, r.disabled, r.license, r.tags, r.languages, c.likes, c.downloads, c.downloads_all_time, c.trending_score, r.card,
    r.description, r.payload, r.first_seen_at, r.changed_at, r.removed_at, r.removed_cause
    from catalog.repos r left join catalog.repo_counters c on c.hub_id = r.hub_id`,
  ...describeColumns('catalog.repos', {
    removed_cause: 'Why it is gone: deleted, private or disabled. The Hub answers alike for deleted and private repos.',
    vanished:
      'Values that the last payload no longer had, by event; told as events once another pass has confirmed them.',
  }),
  ...describeColumns('repos', { removed_cause: 'Why it is gone: deleted, private or disabled; null while it lives.' }),
  ...describeTable('catalog.pass_sightings', 'Repos that an unfinished full pass has met, page by page.', {
    pass_id: 'Pass.',
    hub_ids: 'Repos of one page.',
  }),
  ...describeTable('catalog.removal_candidates', 'Live repos that the last complete full pass did not meet.', {
    hub_id: 'Repo.',
    pass_id: 'The pass that missed it.',
    found_at: 'When it was missed.',
    probes: 'How often the Hub was asked for it without a clear answer.',
    probed_at: 'When it was asked last.',
  }),
  ...describeTable('catalog.forgotten', 'Repos taken down here: never written again, whatever the Hub lists.', {
    hub_id: 'Repo.',
    kind: 'model, dataset or space.',
    forgotten_at: 'When.',
  }),
  ...describeColumns('catalog.passes', {
    modified_until:
      'lastModified up to which a recent pass has followed all changes; of a full pass, the newest at its start.',
    created_until: 'The same by createdAt.',
    unproved: 'Repos that were missed and of which the Hub did not clearly say that they are gone.',
  }),
  ...describeColumns('passes', { unproved: 'Repos that were missed and not proved gone.' }),
]
