import { type Kysely, sql } from 'kysely'
import type { RepoKind } from '../../hub/kinds.ts'
import type { Database } from '../schema.ts'

export interface OutboxEntry {
  seq: string
  hub_id: string
  counters_only: boolean
}

/** What the catalog knows of a repo that concerns search. Counters that were never given are null. */
export interface SearchRow {
  hub_id: string
  kind: RepoKind
  id: string
  former_names: string[] | null
  author: string | null
  description: string | null
  tags: string[]
  pipeline_tag: string | null
  task_categories: string[]
  library_name: string | null
  license: string | null
  /** As the card has it, of any shape; null where tags tell the licenses. */
  card_license?: unknown
  languages: string[]
  modalities: string[]
  formats: string[]
  gated: string | null
  sdk: string | null
  size_category: string | null
  parameters: string | null
  created_at: Date | null
  last_modified: Date | null
  downloads: string | null
  likes: string | null
  trending_score: number | null
}

export type CounterRow = Pick<SearchRow, 'hub_id' | 'downloads' | 'likes' | 'trending_score'>

/** The oldest entries after the given number, at most `limit`. Reading takes nothing out: see `acknowledge`. */
export async function readOutbox(db: Kysely<Database>, limit: number, after = '-1'): Promise<OutboxEntry[]> {
  return await db
    .selectFrom('catalog.search_outbox')
    .selectAll()
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute()
}

/**
 * Takes out exactly the given entries. Never "all up to here": numbers are given when an entry is written but show when
 * its transaction commits, so that a lower one may still come.
 *
 * While an index is built anew, the repos are noted for it. When another index has taken the place of the one that they were
 * applied to, the entries stay, for that one.
 *
 * @param epoch of the active index before the entries were read
 */
export async function acknowledge(db: Kysely<Database>, entries: readonly OutboxEntry[], epoch: number): Promise<void> {
  await sql`
    with active as (
      select epoch, lease_owner is not null as is_rebuilding from catalog.active_index for share
    ), gone as (
      delete from catalog.search_outbox where seq = any(${entries.map(({ seq }) => seq)}::bigint[])
        and coalesce((select epoch from active), 0) = ${epoch}
      returning hub_id
    )
    insert into catalog.search_rebuild
    select distinct hub_id from gone where (select is_rebuilding from active)
    on conflict do nothing`.execute(db)
}

/** Says that the search documents of these repos are out of date. */
export async function enqueueForSearch(db: Kysely<Database>, hubIds: readonly string[]): Promise<void> {
  if (hubIds.length === 0) return
  await sql`
    insert into catalog.search_outbox (hub_id, counters_only)
    select hub_id, false from unnest(${[...hubIds]}::text[]) as given (hub_id)`.execute(db)
}

/** Up to `limit` live repos in the order of their hub ids, after the given one. */
export async function liveHubIds(db: Kysely<Database>, after: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('catalog.repos')
    .select('hub_id')
    .where('removed_at', 'is', null)
    .where('hub_id', '>', after)
    .orderBy('hub_id')
    .limit(limit)
    .execute()
  return rows.map((row) => row.hub_id)
}

/** The live repos among the given; those gone from the Hub, unresolved or forgotten are left out. */
export async function searchRows(db: Kysely<Database>, hubIds: readonly string[]): Promise<SearchRow[]> {
  if (hubIds.length === 0) return []
  const { rows } = await sql<SearchRow>`
    select r.hub_id, r.kind, r.id,
      (select (array_agg(a.alias order by a.known_since desc))[1:20] from catalog.repo_aliases a where a.hub_id = r.hub_id)
        as former_names,
      r.author, r.description, r.tags, r.pipeline_tag, r.task_categories, r.library_name,
      r.license, case when r.license is not null and not exists (select from unnest(r.tags) t where t like 'license:%')
        then r.card -> 'license' end as card_license, r.languages, r.modalities, r.formats, r.gated, r.sdk, r.size_category, r.parameters, r.created_at,
      r.last_modified, c.downloads, c.likes, c.trending_score
    from catalog.repos r left join catalog.repo_counters c on c.hub_id = r.hub_id
    where r.hub_id = any(${[...hubIds]}::text[]) and r.removed_at is null
      and not exists (select from catalog.unresolved_repos m where m.hub_id = r.hub_id)`.execute(db)
  return rows
}

/** The present counters of the given repos. */
export async function counterRows(db: Kysely<Database>, hubIds: readonly string[]): Promise<CounterRow[]> {
  if (hubIds.length === 0) return []
  const { rows } = await sql<CounterRow>`
    select hub_id, downloads, likes, trending_score from catalog.repo_counters
    where hub_id = any(${[...hubIds]}::text[])`.execute(db)
  return rows
}

/**
 * For each of the given repos that there is, a text that differs after every change to it, to its counters or to whether it
 * is unresolved: the transactions that wrote its rows, as Postgres keeps them anyway.
 */
export async function rowVersions(db: Kysely<Database>, hubIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ hub_id: string; version: string }>`
    select r.hub_id, concat(r.xmin, ' ', c.xmin, ' ', m.xmin) as version
    from catalog.repos r left join catalog.repo_counters c on c.hub_id = r.hub_id
    left join catalog.unresolved_repos m on m.hub_id = r.hub_id
    where r.hub_id = any(${[...hubIds]}::text[])`.execute(db)
  return new Map(rows.map((row) => [row.hub_id, row.version]))
}

/** How many repos of each kind search is to have: the live ones that are not unresolved. */
export async function liveCounts(db: Kysely<Database>): Promise<Record<RepoKind, number>> {
  const { rows } = await sql<{ kind: RepoKind; repos: number }>`
    select r.kind, count(*)::int as repos from catalog.repos r
    where r.removed_at is null and not exists (select from catalog.unresolved_repos m where m.hub_id = r.hub_id)
    group by r.kind`.execute(db)
  return { model: 0, dataset: 0, space: 0, ...Object.fromEntries(rows.map(({ kind, repos }) => [kind, repos])) }
}

/** Live repos at random, at most `limit`. Reads all hub ids, in no order that favors any. */
export async function randomLiveHubIds(db: Kysely<Database>, limit: number): Promise<string[]> {
  const { rows } = await sql<{ hub_id: string }>`
    select hub_id from catalog.repos where removed_at is null order by random() limit ${limit}`.execute(db)
  return rows.map((row) => row.hub_id)
}

/** Those of the given repos that have an entry yet to be applied. */
export async function announcedAmong(db: Kysely<Database>, hubIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ hub_id: string }>`
    select distinct hub_id from catalog.search_outbox where hub_id = any(${[...hubIds]}::text[])`.execute(db)
  return new Set(rows.map((row) => row.hub_id))
}
