import { type Kysely, sql } from 'kysely'
import type { Database } from '../schema.ts'

/** A collection that holds a repo. */
export interface HoldingCollection {
  hubId: string
  /** Its slug. */
  id: string
  title: string | null
  upvotes: number | null
  /** Note of the collection's owner about the repo. */
  note: string | null
}

interface KnownItem {
  position: number
  kind: string
  id: string
  note: string | null
  /** The live repo or collection that has or had that name in the catalog; null if there is none. */
  hubId: string | null
}

export interface KnownItems {
  /** False while only the first items are known. */
  isComplete: boolean
  items: KnownItem[]
}

/**
 * The live collections that hold a repo or collection, the most upvoted first. An item has the name that it had when its
 * collection was read, so former names count unless another repo has one now.
 */
export async function collectionsHolding(db: Kysely<Database>, hubId: string): Promise<HoldingCollection[]> {
  const { rows } = await sql<HoldingCollection>`
    with names as (
      select r.kind, lower(r.id) as name from catalog.repos r where r.hub_id = ${hubId}
      union
      select a.kind, lower(a.alias) from catalog.repo_aliases a where a.hub_id = ${hubId} and not exists (
        select from catalog.repos o where o.kind = a.kind and lower(o.id) = lower(a.alias) and o.removed_at is null)
    )
    select r.hub_id as "hubId", r.id, r.payload ->> 'title' as title, c.likes::double precision as upvotes, i.note
    from names join catalog.collection_items i on i.kind = names.kind and lower(i.id) = names.name
    join catalog.repos r on r.hub_id = i.hub_id left join catalog.repo_counters c on c.hub_id = r.hub_id
    where r.removed_at is null order by c.likes desc nulls last, r.hub_id`.execute(db)
  return rows
}

/** The items of a collection; null for a repo. */
export async function itemsOfCollection(db: Kysely<Database>, hubId: string): Promise<KnownItems | null> {
  const { rows } = await sql<{ isDue: boolean }>`
    select coalesce(d.is_due, false) as "isDue" from catalog.repos r left join catalog.collection_reads d using (hub_id)
    where r.hub_id = ${hubId} and r.kind = 'collection'`.execute(db)
  const [collection] = rows
  if (collection === undefined) return null
  const items = await sql<KnownItem>`
    select i.position, i.kind, i.id, i.note, ${LIVE_ITEM} as "hubId"
    from catalog.collection_items i where i.hub_id = ${hubId} order by i.position, i.item_id`.execute(db)
  return { isComplete: !collection.isDue, items: items.rows }
}

/** As in the view `collection_items`. */
const LIVE_ITEM = sql`coalesce(
  (select o.hub_id from catalog.repos o where o.kind = i.kind and lower(o.id) = lower(i.id) and o.removed_at is null limit 1),
  (select o.hub_id from catalog.repo_aliases a join catalog.repos o on o.hub_id = a.hub_id
    where a.kind = i.kind and lower(a.alias) = lower(i.id) and o.removed_at is null limit 1))`
