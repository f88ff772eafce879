import { type Kysely, type RawBuilder, sql } from 'kysely'
import {
  type Collection,
  type CollectionItem,
  type CollectionQuery,
  isRepoType,
} from '../../hub-server/collections/hub-collections.ts'
import { ITEM_FIELDS } from '../../hub-server/collections/rendered-item.ts'
import { idInSlug } from '../../hub-server/collections/slug.ts'
import { HubRefusal } from '../../hub-server/http/hub-refusal.ts'
import type { HubRepo } from '../../hub-server/hub-store.ts'
import type { Database } from '../schema.ts'
import { readRepoJson } from './repo-json.ts'

/** Public collections of the catalog, with the collections and repos that are items of them, by `_id`. */
export interface CatalogCollections {
  readonly collections: readonly Collection[]
  readonly nested: ReadonlyMap<string, Collection>
  readonly repos: ReadonlyMap<string, HubRepo>
}

interface Row {
  hub_id: string
  slug: string
  owner: string
  title: string | null
  description: string | null
  theme: string | null
  gating: boolean | Record<string, unknown>
  upvotes: number
  last_updated: string | null
  owner_type: string | null
  owner_name: string | null
  items: { itemId: string; type: string; id: string; note: string | null; hubId: string | null }[]
}

/** Lists show the first four that can be shown. */
const LISTED_ITEMS = 12
const IS_PUBLIC = sql`r.kind = 'collection' and r.removed_at is null and not r.private`
const UPVOTES = sql`coalesce(c.likes, 0)`
const UPDATED = sql`coalesce(r.last_modified, r.created_at)`

/** The collections of the catalog for callers without a token. */
export function createCatalogCollections(db: Kysely<Database>) {
  return {
    list: (query: CollectionQuery) => listCollections(db, query),
    /** None or one. */
    find: (hubId: string) => findCollection(db, hubId),
  }
}

/** A page of collections. Lists of the Hub do not have what it sorts the trending ones by, so these come by upvotes. */
async function listCollections(
  db: Kysely<Database>,
  query: CollectionQuery,
): Promise<CatalogCollections & { hasMore: boolean }> {
  const { owners, items, text, sort, limit } = query
  if ([...owners, text, ...(items ?? []).map(({ hubId }) => hubId)].some((one) => one.includes('\0')))
    return { collections: [], nested: new Map(), repos: new Map(), hasMore: false }
  const conditions = [
    IS_PUBLIC,
    ...(owners.length === 0 ? [] : [sql`r.author = any(${[...owners]}::text[])`]),
    ...(items === undefined ? [] : [sql`(${sql.join([sql`false`, ...items.map(holds)], sql` or `)})`]),
    ...(text === '' ? [] : [sql`position(lower(${text}) in lower(concat_ws(' ', r.payload ->> 'title', r.description))) > 0`]),
    ...afterOf(query),
  ]
  const order = sort === 'lastModified' ? UPDATED : UPVOTES
  const end = sql`order by ${order} desc, r.hub_id limit ${limit + 1}`
  const found = await readCollections(db, sql`${sql.join(conditions, sql` and `)} ${end}`, LISTED_ITEMS)
  return { ...(await withItems(db, found.slice(0, limit))), hasMore: found.length > limit }
}

/** The public collection with this `_id`. */
async function findCollection(db: Kysely<Database>, hubId: string): Promise<CatalogCollections> {
  return await withItems(db, await readCollections(db, sql`${IS_PUBLIC} and r.hub_id = ${hubId}`, null))
}

/** Reads all items together: one by one, a page of a hundred collections would take a thousand queries. */
async function withItems(db: Kysely<Database>, collections: readonly Collection[]): Promise<CatalogCollections> {
  const items = collections.flatMap((collection) => collection.items).filter(({ hubId }) => hubId !== '')
  const hubIds = items.filter(({ type }) => isRepoType(type)).map(({ hubId }) => hubId)
  const json = hubIds.length === 0 ? new Map() : await readRepoJson(db, [...new Set(hubIds)], ITEM_FIELDS)
  const repos = new Map([...json].map(([hubId, text]) => [hubId, JSON.parse(text) as HubRepo]))
  return { collections, nested: await nestedIn(db, collections), repos }
}

/** Items have the name that they had when the collection was read. */
function holds({ type, hubId }: NonNullable<CollectionQuery['items']>[number]): RawBuilder<unknown> {
  const name =
    type === 'paper'
      ? sql`i.id = ${hubId}`
      : type === 'collection'
        ? sql`right(i.id, 24) = ${hubId}`
        : sql`lower(i.id) in (select lower(o.id) from catalog.repos o where o.hub_id = ${hubId}
            union all select lower(a.alias) from catalog.repo_aliases a where a.hub_id = ${hubId})`
  return sql`exists (select from catalog.collection_items i where i.hub_id = r.hub_id and i.kind = ${type} and ${name})`
}

function afterOf({ after, sort }: CollectionQuery): RawBuilder<unknown>[] {
  if (after === undefined) return []
  const { hubId, lastUpdated, upvotes } = after
  const updatedMs = Date.parse(lastUpdated)
  if (!/^[0-9a-f]{24}$/.test(hubId) || Number.isNaN(updatedMs))
    throw new HubRefusal(400, 'Invalid cursor: it names no collection')
  const [column, value] =
    sort === 'lastModified'
      ? [UPDATED, sql`to_timestamp(${Math.min(updatedMs, Date.UTC(10_000))}::double precision / 1000)`]
      : [UPVOTES, sql`${upvotes}::double precision`]
  return [sql`(${column} < ${value} or (${column} = ${value} and r.hub_id > ${hubId}))`]
}

async function nestedIn(db: Kysely<Database>, collections: readonly Collection[]): Promise<ReadonlyMap<string, Collection>> {
  const hubIds = collections.flatMap(({ items }) => items.filter(({ type }) => type === 'collection').map(({ hubId }) => hubId))
  if (hubIds.length === 0) return new Map()
  const nested = await readCollections(db, sql`${IS_PUBLIC} and r.hub_id = any(${hubIds}::text[])`, null)
  return new Map(nested.map((collection) => [collection.hubId, collection]))
}

/** @param mostItems how many items to read of each; null for all */
async function readCollections(
  db: Kysely<Database>,
  condition: RawBuilder<unknown>,
  mostItems: number | null,
): Promise<Collection[]> {
  const { rows } = await sql<Row>`
    select r.hub_id, r.id as slug, r.author as owner, r.payload ->> 'title' as title, r.description,
      r.payload ->> 'theme' as theme, coalesce(r.payload -> 'gating', to_json(coalesce(r.gated, 'false') <> 'false')) as gating,
      ${UPVOTES}::double precision as upvotes,
      to_char(${UPDATED} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as last_updated,
      r.payload ->> 'ownerType' as owner_type, r.payload ->> 'ownerName' as owner_name,
      (select coalesce(json_agg(i), '[]') from (
        select i.item_id as "itemId", i.kind as type, i.id, i.note, (
          select o.hub_id from catalog.repos o where o.kind = i.kind and lower(o.id) = lower(i.id) and o.removed_at is null
            and not exists (select from catalog.unresolved_repos u where u.hub_id = o.hub_id) limit 1
        ) as "hubId" from catalog.collection_items i where i.hub_id = r.hub_id
        order by i.position, i.item_id limit ${mostItems}) i) as items
    from catalog.repos r left join catalog.repo_counters c on c.hub_id = r.hub_id where ${condition}`.execute(db)
  return rows.map(collectionOf)
}

function collectionOf(row: Row): Collection {
  return {
    hubId: row.hub_id,
    slug: row.slug,
    owner: row.owner,
    account: { name: row.owner, fullname: row.owner_name ?? row.owner, type: row.owner_type ?? 'user' },
    title: row.title ?? row.slug,
    description: row.description ?? undefined,
    private: false,
    theme: row.theme ?? 'orange',
    gating: row.gating,
    position: 0,
    upvotes: row.upvotes,
    trendingScore: 0,
    lastUpdated: row.last_updated ?? '',
    items: row.items.map(itemOf),
  }
}

/** The `_id` of a paper is its arXiv id, and a collection has its own at the end of its slug. */
function itemOf({ itemId, type, id, note, hubId }: Row['items'][number]): CollectionItem {
  const named = type === 'paper' ? id : type === 'collection' ? (idInSlug(id) ?? '') : (hubId ?? '')
  return { itemId, type, id, hubId: named, note: note ?? undefined, gallery: undefined }
}
