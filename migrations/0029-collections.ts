import { type Kysely, sql } from 'kysely'
import { describeColumns, describeTable, describeView } from './describe.ts'

/**
 * Collections are rows of catalog.repos, so that identity, former names, counters, events, removals and search work as for
 * repos. The views of repos leave them out.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const KINDS = `('model', 'dataset', 'space', 'collection')`
const ITEM = {
  kind: 'model, dataset, space, paper, collection or bucket.',
  position: 'Position in the collection, from 0.',
  note: 'Note of the owner about the item.',
}

const statements = [
  'alter table catalog.repos drop constraint repos_kind_check',
  `alter table catalog.repos add constraint repos_kind_check check (kind in ${KINDS})`,
  'alter table catalog.passes drop constraint passes_kind_check',
  `alter table catalog.passes add constraint passes_kind_check check (kind in ('model', 'dataset', 'space', 'collection', 'tags'))`,
  `update catalog.identity set min_migration = '0029-collections'`,
  ...describeTable(
    'catalog.repos',
    'One row per repo or collection of the Hub, under an identity that survives renames.',
    {
      kind: 'model, dataset, space or collection.',
      hub_id: "The Hub's _id. For a collection, the id at the end of its slug.",
      id: 'Current name: owner/name, or the slug of a collection.',
    },
  ),
  ...describeColumns('catalog.repo_counters', { likes: 'Likes, or the upvotes of a collection.' }),

  `create table catalog.collection_items (
    hub_id text not null,
    item_id text not null,
    position integer not null,
    kind text not null,
    id text not null,
    note text,
    primary key (hub_id, item_id)
  )`,
  'create index collection_items_id on catalog.collection_items (kind, lower(id))',
  ...describeTable('catalog.collection_items', 'Items of collections, one row per item.', {
    hub_id: 'The collection.',
    item_id: "The Hub's _id of the item within the collection.",
    ...ITEM,
    id: 'Name of the item: owner/name, the slug of a collection, or the arXiv id of a paper.',
  }),
  `create table catalog.collection_reads (
    hub_id text primary key,
    listing_hash uuid not null,
    is_due boolean not null,
    deaths integer not null default 0,
    attempted_at timestamptz
  )`,
  'create index collection_reads_due on catalog.collection_reads (hub_id) where is_due',
  ...describeTable(
    'catalog.collection_reads',
    'Which collections have more items than lists show, so that they must be read one by one.',
    {
      hub_id: 'The collection.',
      listing_hash: 'Hash of what the list showed when it last made the collection due, or showed it whole.',
      is_due: 'Whether the items of the collection must be read.',
      deaths: 'How many processes in a row have died while they read it.',
      attempted_at: 'When a process last began to read it.',
    },
  ),

  `create view collections as select r.hub_id, r.id, r.author as owner, r.payload ->> 'ownerType' as owner_type,
    r.payload ->> 'title' as title, r.description, r.payload ->> 'theme' as theme, r.gated, r.private, c.likes as upvotes,
    r.created_at, r.last_modified,
    (select count(*) from catalog.collection_items i where i.hub_id = r.hub_id) as items,
    coalesce((select not d.is_due from catalog.collection_reads d where d.hub_id = r.hub_id), true) as is_complete,
    r.payload, r.first_seen_at, r.changed_at
    from catalog.repos r left join catalog.repo_counters c on c.hub_id = r.hub_id
    where r.kind = 'collection' and r.removed_at is null`,
  ...describeView('collections', 'One row per live collection.', {
    hub_id: 'The id at the end of its slug: it never changes.',
    id: 'Current slug: owner/title-id.',
    owner: 'User or organization.',
    owner_type: 'user or org.',
    title: 'Title.',
    description: 'Description.',
    theme: 'Color, such as blue.',
    gated: 'false, auto or manual; null if unknown.',
    private: 'Private on the Hub.',
    upvotes: 'Upvotes.',
    created_at: 'When it was created, from its id.',
    last_modified: 'When it last changed on the Hub.',
    items: 'Number of items in the catalog.',
    is_complete:
      'False while only the first items are known: lists show four, the others are fetched one collection at a time.',
    payload: 'Every other field of the listing.',
    first_seen_at: 'When hubdex first saw it.',
    changed_at: 'When it last changed in the catalog.',
  }),
  `create view collection_items as select i.hub_id as collection_hub_id, r.id as collection, i.position, i.kind, i.id, i.note,
    coalesce(
      (select o.hub_id from catalog.repos o where o.kind = i.kind and lower(o.id) = lower(i.id) and o.removed_at is null limit 1),
      (select o.hub_id from catalog.repo_aliases a join catalog.repos o on o.hub_id = a.hub_id
        where a.kind = i.kind and lower(a.alias) = lower(i.id) and o.removed_at is null limit 1)) as hub_id
    from catalog.collection_items i join catalog.repos r on r.hub_id = i.hub_id where r.removed_at is null`,
  ...describeView('collection_items', 'Items of live collections, one row per item.', {
    collection_hub_id: 'Hub id of the collection.',
    collection: 'Its current slug.',
    ...ITEM,
    id: 'Name of the item at its last reading: owner/name, the slug of a collection, or the arXiv id of a paper.',
    hub_id: 'The live repo or collection that has or had that name in the catalog; null if there is none.',
  }),

  `create or replace view repos as select r.kind, r.hub_id, r.id, r.author, r.created_at, r.last_modified, r.sha, r.private,
    r.gated, r.disabled, r.license, r.tags, r.languages, c.likes, c.downloads, c.downloads_all_time, c.trending_score, r.card,
    r.description, r.payload, r.first_seen_at, r.changed_at, r.removed_at, r.removed_cause
    from catalog.repos r left join catalog.repo_counters c on c.hub_id = r.hub_id where r.kind <> 'collection'`,
  `create or replace view repo_aliases as select a.kind, a.alias, a.hub_id, r.id, a.known_since
    from catalog.repo_aliases a join catalog.repos r on r.hub_id = a.hub_id where r.kind <> 'collection'`,
  `create or replace view repo_history as
    select r.kind, h.hub_id, r.id, (h.month + (d.day - 1))::date as day, d.downloads, d.likes,
      d.trending_score::double precision as trending_score
    from catalog.repo_history h
    join catalog.repos r on r.hub_id = h.hub_id,
    unnest(h.days, h.downloads, h.likes, h.trending_score) as d(day, downloads, likes, trending_score)
    where r.kind <> 'collection'
    union all
    select r.kind, c.hub_id, r.id, (c.changed_at at time zone 'UTC')::date, c.downloads, c.likes, c.trending_score
    from catalog.repo_counters c join catalog.repos r on r.hub_id = c.hub_id where r.kind <> 'collection'`,
  `create or replace view repo_events as
    select r.kind, e.hub_id, r.id, e.event, e.old_value, e.new_value, e.happened_at
    from catalog.repo_events e join catalog.repos r on r.hub_id = e.hub_id where r.kind <> 'collection'
    union all
    select r.kind, r.hub_id, r.id, 'appeared', null, null, r.first_seen_at from catalog.repos r where r.kind <> 'collection'`,
  'grant select on collections, collection_items to hubdex_reader',
]
