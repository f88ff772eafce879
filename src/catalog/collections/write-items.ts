import { type Kysely, sql } from 'kysely'
import type { RepoRecord } from '../repos/record.ts'
import type { Database } from '../schema.ts'
import type { CollectionRecord } from './collection-record.ts'

export function isCollection(record: RepoRecord): record is CollectionRecord {
  return 'items' in record
}

/**
 * Within the transaction that writes their rows: stores the items of collections that were shown whole. A collection of which
 * only the first items were shown becomes due if the list shows it changed. Until it is read, it has its former items, or these
 * first ones. Unchanged collections write nothing.
 */
export async function writeItems(db: Kysely<Database>, collections: readonly CollectionRecord[]): Promise<void> {
  if (collections.length === 0) return
  const whole = collections.filter((collection) => collection.isWhole)
  const first = await markDue(
    db,
    collections.filter((collection) => !collection.isWhole),
  )
  await deleteMissing(db, whole)
  await upsertItems(db, [...whole, ...first])
  await markWhole(db, whole)
}

/** Only collections with a row: a collection that was taken down has none. */
function known(collections: readonly CollectionRecord[]) {
  return sql`(select r.hub_id, given.listing_hash from catalog.repos r join unnest(
    ${collections.map(({ hub_id }) => hub_id)}::text[], ${collections.map(({ content_hash }) => content_hash)}::uuid[]
  ) as given (hub_id, listing_hash) using (hub_id)) as known`
}

/** @returns the collections that are shown for the first time */
async function markDue(db: Kysely<Database>, cut: readonly CollectionRecord[]): Promise<CollectionRecord[]> {
  if (cut.length === 0) return []
  const { rows } = await sql<{ hub_id: string; is_new: boolean }>`
    insert into catalog.collection_reads as c (hub_id, listing_hash, is_due)
    select hub_id, listing_hash, true from ${known(cut)}
    on conflict (hub_id) do update set listing_hash = excluded.listing_hash, is_due = true
      where c.listing_hash <> excluded.listing_hash
    returning hub_id, xmax = 0 as is_new`.execute(db)
  const fresh = new Set(rows.filter((row) => row.is_new).map((row) => row.hub_id))
  return cut.filter(({ hub_id }) => fresh.has(hub_id))
}

async function markWhole(db: Kysely<Database>, whole: readonly CollectionRecord[]): Promise<void> {
  if (whole.length === 0) return
  await sql`
    insert into catalog.collection_reads as c (hub_id, listing_hash, is_due)
    select hub_id, listing_hash, false from ${known(whole)}
    on conflict (hub_id) do update set listing_hash = excluded.listing_hash, is_due = false, deaths = 0
      where c.is_due or c.listing_hash <> excluded.listing_hash`.execute(db)
}

async function deleteMissing(db: Kysely<Database>, whole: readonly CollectionRecord[]): Promise<void> {
  if (whole.length === 0) return
  const items = whole.flatMap(({ hub_id, items: members }) => members.map(({ itemId }) => ({ hub_id, itemId })))
  await sql`
    delete from catalog.collection_items i where i.hub_id = any(${whole.map(({ hub_id }) => hub_id)}::text[])
      and not exists (select from unnest(${items.map(({ hub_id }) => hub_id)}::text[], ${items.map(({ itemId }) => itemId)}::text[])
        as kept (hub_id, item_id) where kept.hub_id = i.hub_id and kept.item_id = i.item_id)`.execute(db)
}

async function upsertItems(db: Kysely<Database>, collections: readonly CollectionRecord[]): Promise<void> {
  const rows = collections.flatMap(({ hub_id, items }) => items.map((item) => ({ hub_id, ...item })))
  if (rows.length === 0) return
  await sql`
    insert into catalog.collection_items as i (hub_id, item_id, position, kind, id, note)
    select given.* from unnest(${rows.map((row) => row.hub_id)}::text[], ${rows.map((row) => row.itemId)}::text[],
      ${rows.map((row) => row.position)}::integer[], ${rows.map((row) => row.kind)}::text[], ${rows.map((row) => row.id)}::text[],
      ${rows.map((row) => row.note)}::text[]) as given (hub_id, item_id, position, kind, id, note)
    where exists (select from catalog.repos r where r.hub_id = given.hub_id)
    on conflict (hub_id, item_id) do update
      set position = excluded.position, kind = excluded.kind, id = excluded.id, note = excluded.note
      where (i.position, i.kind, i.id, i.note) is distinct from (excluded.position, excluded.kind, excluded.id, excluded.note)`.execute(
    db,
  )
}
