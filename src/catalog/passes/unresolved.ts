import { type Kysely, sql } from 'kysely'
import type { Database } from '../schema.ts'

/**
 * Marks repos whose name no longer resolves to them: they are deleted, private or moved, and no answer by name can tell which.
 * They stay live but out of search until a list shows them or a full pass confirms their removal. Skips repos whose name in the
 * catalog is no longer the given one.
 *
 * @returns how many were not marked yet
 */
export async function markUnresolved(db: Kysely<Database>, repos: readonly { hubId: string; id: string }[]): Promise<number> {
  if (repos.length === 0) return 0
  const { rows } = await sql`
    with unresolved as (
      insert into catalog.unresolved_repos (hub_id)
      select hub_id from catalog.repos
        join unnest(${repos.map((repo) => repo.hubId)}::text[], ${repos.map((repo) => repo.id)}::text[]) as given (hub_id, id)
        using (hub_id, id)
      where removed_at is null
      on conflict do nothing returning hub_id
    )
    insert into catalog.search_outbox (hub_id, counters_only)
    select hub_id, false from unresolved returning hub_id`.execute(db)
  return rows.length
}

/** Records that the Hub has just shown these repos: their names resolve to them, and to no other repo. */
export async function resolveNames(db: Kysely<Database>, hubIds: readonly string[]): Promise<void> {
  if (hubIds.length === 0) return
  const shown = sql`${[...hubIds]}::text[]`
  await sql`
    with namesakes as (
      select other.hub_id from catalog.repos r cross join lateral (
        select o.hub_id from catalog.repos o
        where o.kind = r.kind and lower(o.id) = lower(r.id) and o.removed_at is null and o.hub_id <> r.hub_id
          and o.hub_id <> all (${shown})
        limit 10) other
      where r.hub_id = any (${shown}) and r.removed_at is null
    ), unresolved as (
      insert into catalog.unresolved_repos (hub_id) select hub_id from namesakes
      on conflict do nothing returning hub_id
    ), resolved as (
      delete from catalog.unresolved_repos where hub_id = any (${shown}) returning hub_id
    )
    insert into catalog.search_outbox (hub_id, counters_only)
    select hub_id, false from unresolved union all select hub_id, false from resolved`.execute(db)
}
