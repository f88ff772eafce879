import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { CatalogKind } from '../../hub/kinds.ts'
import { enqueueForSearch } from '../outbox/outbox.ts'
import { CONFIRM_VANISHED } from '../repos/write-repos.sql.ts'
import type { Database, RemovalCause } from '../schema.ts'
import { DEATHS_AT_ONCE } from '../stages/failure-cause.ts'
import { isInGap } from './pass-gaps.ts'

/** A live repo that a complete full pass has missed. */
export interface RemovalCandidate {
  hubId: string
  kind: CatalogKind
  id: string
}

/** Records the repos that a page of a full pass showed. Their names resolve again. */
export async function recordSeenIds(db: Kysely<Database>, passId: string, hubIds: readonly string[]): Promise<void> {
  if (hubIds.length === 0) return
  await sql`
    with seen as (
      insert into catalog.pass_seen_ids (pass_id, hub_ids) values (${passId}, ${[...hubIds]}::text[])
    ), resolved as (
      delete from catalog.unresolved_repos where hub_id = any(${[...hubIds]}::text[]) returning hub_id
    )
    insert into catalog.search_outbox (hub_id, counters_only) select hub_id, false from resolved`.execute(db)
}

/**
 * Within a transaction, with the last page of a full pass: makes removal candidates of the live repos that the pass has missed.
 * These were known before it began, are on none of its pages and in none of its gaps. Also records events for values that
 * vanished from payloads before the pass and did not come back during it.
 */
export async function collectMissing(db: Kysely<Database>, passId: string): Promise<void> {
  const pass = await db
    .selectFrom('catalog.passes')
    .select(['kind', 'started_at'])
    .where('pass_id', '=', passId)
    .executeTakeFirstOrThrow()
  const inGap = await isInGap(db, passId)
  // Without statistics Postgres assumes small tables and compares each repo with each seen id, which takes hours for a million.
  // A hash or merge join reads both tables once in any case.
  await sql`set local enable_nestloop to off`.execute(db)
  await sql`
    insert into catalog.removal_candidates (hub_id, pass_id)
    select r.hub_id, ${passId} from catalog.repos r
    where r.kind = ${pass.kind} and r.removed_at is null and r.first_seen_at < ${pass.started_at}
      and not ${inGap}
      and not exists (
        select from (select unnest(hub_ids) as hub_id from catalog.pass_seen_ids where pass_id = ${passId}) s
        where s.hub_id = r.hub_id)
    on conflict (hub_id) do update set pass_id = excluded.pass_id`.execute(db)
  await sql`set local enable_nestloop to default`.execute(db)
  await sql`
    delete from catalog.removal_candidates c using catalog.repos r
    where r.hub_id = c.hub_id and r.kind = ${pass.kind} and c.pass_id <> ${passId}`.execute(db)
  await sql`delete from catalog.pass_seen_ids where pass_id = ${passId}`.execute(db)
  // In a gap it is unknown whether the value came back.
  await sql`
    update catalog.repos r set vanished_at = now()
    where vanished is not null and kind = ${pass.kind} and ${inGap}`.execute(db)
  await db.executeQuery({
    ...sql.raw(CONFIRM_VANISHED).compile(db),
    parameters: [pass.kind, pass.started_at],
  })
}

export interface RemovalShare {
  candidates: number
  live: number
  /** The time of the count, by the database's clock. */
  asOf: Date
}

/** How many repos of a kind the last complete full pass missed, and how many are considered live. */
export async function removalShare(db: Kysely<Database>, kind: CatalogKind): Promise<RemovalShare> {
  const { rows } = await sql<RemovalShare>`
    select
      (select count(*)::int from catalog.removal_candidates c join catalog.repos r on r.hub_id = c.hub_id
        where r.kind = ${kind} and r.removed_at is null) as candidates,
      (select count(*)::int from catalog.repos where kind = ${kind} and removed_at is null) as live,
      now() as "asOf"`.execute(db)
  return rows[0] ?? { candidates: 0, live: 0, asOf: new Date(0) }
}

/**
 * Candidates of a kind that were not probed since then. The never probed come first, then those probed longest ago, so repos
 * without a clear answer do not block others permanently. A candidate whose probe may have ended a process comes last, alone.
 * After several deaths it waits: two hours, doubling each time, up to thirty days.
 */
export async function removalCandidates(
  db: Kysely<Database>,
  kind: CatalogKind,
  { notProbedSince, limit }: { notProbedSince: Date; limit: number },
): Promise<RemovalCandidate[]> {
  const { rows } = await sql<RemovalCandidate & { deaths: number }>`
    select r.hub_id as "hubId", r.kind, r.id, c.deaths
    from catalog.removal_candidates c join catalog.repos r on r.hub_id = c.hub_id
    where r.kind = ${kind} and r.removed_at is null and (c.probed_at is null or c.probed_at < ${notProbedSince})
      and (c.deaths <= ${DEATHS_AT_ONCE}
        or c.probed_at < now() - least(2 ^ (c.deaths - ${DEATHS_AT_ONCE}::integer), 720) * interval '1 hour')
    order by c.deaths > 0, c.probed_at nulls first, c.hub_id limit ${limit}`.execute(db)
  const harmless = rows.filter(({ deaths }) => deaths === 0)
  return (harmless.length > 0 ? harmless : rows.slice(0, 1)).map(({ deaths: _, ...candidate }) => candidate)
}

/** Records that probes begin. A process that ends before they do counts as a death at these candidates. */
export async function beginProbes(db: Kysely<Database>, hubIds: readonly string[]): Promise<void> {
  await sql`
    update catalog.removal_candidates set deaths = deaths + 1, probed_at = now()
    where hub_id = any(${[...hubIds]}::text[])`.execute(db)
}

/** Records that probes have ended, with whatever outcome: the process lives. */
export async function endProbes(db: Kysely<Database>, hubIds: readonly string[]): Promise<void> {
  await sql`
    update catalog.removal_candidates set deaths = 0 where hub_id = any(${[...hubIds]}::text[])`.execute(db)
}

/**
 * Repos that exist beyond doubt, those of the kind first: the oldest ones. A hub id begins with its creation time, so the
 * primary key finds them. The most liked ones would need a scan of every repo.
 */
export async function controlRepos(db: Kysely<Database>, kind: CatalogKind, limit: number): Promise<RemovalCandidate[]> {
  const { rows } = await sql<RemovalCandidate>`
    (${oldestLive(sql`r.kind = ${kind}`, limit)}) union all (${oldestLive(sql`r.kind <> ${kind}`, limit)})
    limit ${limit}`.execute(db)
  return rows
}

function oldestLive(which: RawBuilder<unknown>, limit: number) {
  return sql`
    select r.hub_id as "hubId", r.kind, r.id from catalog.repos r
    where ${which} and r.removed_at is null and not r.private and not r.disabled
      and not exists (select from catalog.removal_candidates c where c.hub_id = r.hub_id)
      and not exists (select from catalog.unresolved_repos m where m.hub_id = r.hub_id)
    order by r.hub_id limit ${limit}`
}

/** Removes candidates that the Hub still has. */
export async function dropCandidates(db: Kysely<Database>, hubIds: readonly string[]): Promise<void> {
  await sql`delete from catalog.removal_candidates where hub_id = any(${[...hubIds]}::text[])`.execute(db)
}

/** Counts a probe without a clear answer. */
export async function countProbes(db: Kysely<Database>, hubIds: readonly string[]): Promise<void> {
  await sql`
    update catalog.removal_candidates set probes = probes + 1, probed_at = now()
    where hub_id = any(${[...hubIds]}::text[])`.execute(db)
}

/**
 * Turns live repos into tombstones, records events, enqueues the repos for search, and deletes their failures and claims.
 *
 * @returns the hub ids that were live until now
 */
export async function removeRepos(db: Kysely<Database>, hubIds: readonly string[], cause: RemovalCause): Promise<string[]> {
  if (hubIds.length === 0) return []
  return await db.transaction().execute(async (transaction) => {
    const { rows } = await sql<{ hub_id: string }>`
      with removed as (
        update catalog.repos set removed_at = now(), removed_cause = ${cause}, vanished = null, vanished_at = null
        where hub_id = any(${[...hubIds]}::text[]) and removed_at is null returning hub_id
      ), events as (
        insert into catalog.repo_events (hub_id, event, old_value, new_value)
        select hub_id, 'removed', 'live', ${cause} from removed
      ), checked as (
        delete from catalog.removal_candidates where hub_id = any(${[...hubIds]}::text[])
      ), resolved as (
        delete from catalog.unresolved_repos where hub_id = any(${[...hubIds]}::text[])
      )
      select hub_id from removed`.execute(transaction)
    const removed = rows.map((row) => row.hub_id)
    // Separate statements, to see what tasks wrote while the first statement waited for their locks.
    for (const table of ['failures', 'stage_claims']) {
      await sql`delete from ${sql.id('catalog', table)} where hub_id = any(${removed}::text[])`.execute(transaction)
    }
    await enqueueForSearch(transaction, removed)
    return removed
  })
}

/** Live repos of this name. After a name was reused there are several until the next full pass. */
export async function liveRepos(db: Kysely<Database>, kind: CatalogKind, id: string): Promise<RemovalCandidate[]> {
  return await db
    .selectFrom('catalog.repos')
    .select(['hub_id as hubId', 'kind', 'id'])
    .where('kind', '=', kind)
    .where(sql`lower(id)`, '=', sql<string>`lower(${id})`)
    .where('removed_at', 'is', null)
    .execute()
}
