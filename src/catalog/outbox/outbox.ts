import { type Kysely, sql } from 'kysely'
import type { CatalogKind } from '../../hub/kinds.ts'
import type { Database } from '../schema.ts'
import { alongIndexes, among, type HubIds, isRange } from './hub-ids.ts'

export interface OutboxEntry {
  seq: string
  hubId: string
  countersOnly: boolean
}

/** The fields of a repo or collection that search needs. Counters that the Hub never sent are null. */
export interface SearchRow {
  hubId: string
  kind: CatalogKind
  id: string
  formerNames: string[] | null
  author: string | null
  /** Of a collection. */
  title: string | null
  description: string | null
  tags: string[]
  pipelineTag: string | null
  taskCategories: string[]
  libraryName: string | null
  license: string | null
  /** From the card, of any shape; null if the tags name the licenses. */
  cardLicense?: unknown
  languages: string[]
  modalities: string[]
  formats: string[]
  gated: string | null
  sdk: string | null
  /** Of a collection. */
  theme: string | null
  sizeCategory: string | null
  /** From the card, of any shape; null if the tags name the categories. */
  cardSizeCategories?: unknown
  parameters: string | null
  createdAt: Date | null
  lastModified: Date | null
  downloads: string | null
  likes: string | null
  trendingScore: number | null
}

export type CounterRow = Pick<SearchRow, 'hubId' | 'downloads' | 'likes' | 'trendingScore'>

/** Up to `limit` of the oldest entries after the given number. They stay until `acknowledge`. */
export async function readOutbox(db: Kysely<Database>, limit: number, after = '-1'): Promise<OutboxEntry[]> {
  return await db
    .selectFrom('catalog.search_outbox')
    .select(['seq', 'hub_id as hubId', 'counters_only as countersOnly'])
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute()
}

/**
 * Deletes exactly the given entries. Deleting all up to a number would lose some: an entry gets its number when it is written
 * but becomes visible when its transaction commits, so a lower one may still appear.
 *
 * During a rebuild, the repos are recorded for the new index. If another index has become active since the entries were
 * read, they stay for that one.
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

/** Adds outbox entries for repos whose search documents are out of date. */
export async function enqueueForSearch(db: Kysely<Database>, hubIds: readonly string[]): Promise<void> {
  if (hubIds.length === 0) return
  await sql`
    insert into catalog.search_outbox (hub_id, counters_only)
    select hub_id, false from unnest(${[...hubIds]}::text[]) as given (hub_id)`.execute(db)
}

/** Up to `limit` hub ids of live repos after the given one, in order. */
export async function liveHubIds(db: Kysely<Database>, after: string, limit: number): Promise<string[]> {
  const rows = await alongIndexes(db, (transaction) =>
    transaction
      .selectFrom('catalog.repos')
      .select('hub_id')
      .where('removed_at', 'is', null)
      .where('hub_id', '>', after)
      .orderBy('hub_id')
      .limit(limit)
      .execute(),
  )
  return rows.map((row) => row.hub_id)
}

/** What the card says about a column that has the first of several values, unless it is from the tags, which name them all. */
function inCard(column: string, key: string, prefix: string) {
  const value = sql`r.${sql.ref(column)}`
  return sql`case when not ${sql.lit(prefix)} || ${value} = any(r.tags) then r.card -> ${sql.lit(key)} end`
}

/** The live repos among the given ones, without removed, unresolved and taken-down ones. */
export async function searchRows(db: Kysely<Database>, hubIds: HubIds): Promise<SearchRow[]> {
  // A list is looked up there repo by repo.
  const counters = isRange(hubIds) ? among('c.hub_id', hubIds) : sql`true`
  const { rows } = await sql<SearchRow>`
    select r.hub_id as "hubId", r.kind, r.id, a.names[1:20] as "formerNames", r.author,
      case when r.kind = 'collection' then r.payload ->> 'title' end as title,
      case when r.kind = 'collection' then r.payload ->> 'theme' end as theme, r.description, r.tags,
      r.pipeline_tag as "pipelineTag", r.task_categories as "taskCategories", r.library_name as "libraryName", r.license,
      ${inCard('license', 'license', 'license:')} as "cardLicense", r.languages, r.modalities, r.formats, r.gated, r.sdk,
      r.size_category as "sizeCategory",
      ${inCard('size_category', 'size_categories', 'size_categories:')} as "cardSizeCategories",
      r.parameters, r.created_at as "createdAt", r.last_modified as "lastModified",
      c.downloads, c.likes, c.trending_score as "trendingScore"
    from catalog.repos r
    left join catalog.repo_counters c on c.hub_id = r.hub_id and ${counters}
    left join (
      select hub_id, array_agg(alias order by known_since desc) as names from catalog.repo_aliases
      where ${among('hub_id', hubIds)} group by hub_id
    ) a on a.hub_id = r.hub_id
    where ${among('r.hub_id', hubIds)} and r.removed_at is null
      and not exists (select from catalog.unresolved_repos m where m.hub_id = r.hub_id)`.execute(db)
  return rows
}

/** The current counters of the given repos. */
export async function counterRows(db: Kysely<Database>, hubIds: readonly string[]): Promise<CounterRow[]> {
  if (hubIds.length === 0) return []
  const { rows } = await sql<CounterRow>`
    select hub_id as "hubId", downloads, likes, trending_score as "trendingScore" from catalog.repo_counters
    where hub_id = any(${[...hubIds]}::text[])`.execute(db)
  return rows
}

/**
 * For each given repo that exists, a text that changes with the repo, its counters, its README or whether it is unresolved: the ids of the
 * transactions that wrote its rows, which Postgres stores anyway.
 */
export async function rowVersions(db: Kysely<Database>, hubIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ hub_id: string; version: string }>`
    select r.hub_id, concat(r.xmin, ' ', c.xmin, ' ', m.xmin, ' ', k.xmin) as version
    from catalog.repos r left join catalog.repo_counters c on c.hub_id = r.hub_id
    left join catalog.unresolved_repos m on m.hub_id = r.hub_id left join catalog.cards k on k.hub_id = r.hub_id
    where r.hub_id = any(${[...hubIds]}::text[])`.execute(db)
  return new Map(rows.map((row) => [row.hub_id, row.version]))
}

/** The number of repos of each kind that search should have: live and not unresolved. */
export async function liveCounts(db: Kysely<Database>): Promise<Record<CatalogKind, number>> {
  const { rows } = await sql<{ kind: CatalogKind; repos: number }>`
    select r.kind, count(*)::int as repos from catalog.repos r
    where r.removed_at is null and not exists (select from catalog.unresolved_repos m where m.hub_id = r.hub_id)
    group by r.kind`.execute(db)
  return { model: 0, dataset: 0, space: 0, collection: 0, ...Object.fromEntries(rows.map(({ kind, repos }) => [kind, repos])) }
}

/** A random sample of live repos, at most `limit`. Reads all hub ids to be unbiased. */
export async function randomLiveHubIds(db: Kysely<Database>, limit: number): Promise<string[]> {
  const { rows } = await sql<{ hub_id: string }>`
    select hub_id from catalog.repos where removed_at is null order by random() limit ${limit}`.execute(db)
  return rows.map((row) => row.hub_id)
}

/** Those of the given repos that have an outbox entry. */
export async function enqueuedAmong(db: Kysely<Database>, hubIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ hub_id: string }>`
    select distinct hub_id from catalog.search_outbox where hub_id = any(${[...hubIds]}::text[])`.execute(db)
  return new Set(rows.map((row) => row.hub_id))
}
