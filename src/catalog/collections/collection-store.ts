import { type Kysely, sql } from 'kysely'
import type { CatalogConnection } from '../connection.ts'
import type { RemovalCandidate } from '../passes/removals.ts'
import { retryConnection } from '../postgres/connection-retry.ts'
import { writeRepos } from '../repos/write-page.ts'
import type { Database } from '../schema.ts'
import { DEATHS_AT_ONCE, type FailureReport } from '../stages/failure-cause.ts'
import { recordFailures, resolveFailure } from '../stages/failures.ts'
import type { CollectionRecord } from './collection-record.ts'

/** A collection whose items must be read. */
export interface DueCollection {
  hubId: string
  /** Its slug. */
  id: string
}

/** The name under which failures to read the items of a collection are listed. */
const ITEMS_TASK = 'items'

/** The port by which the crawl, which knows no database, reads collections one by one. */
export type CollectionStore = ReturnType<typeof createCollectionStore>

export function createCollectionStore(connection: CatalogConnection) {
  const { db } = connection
  return {
    due: (limit: number, begunBefore: Date, owner?: string) => dueCollections(db, limit, begunBefore, owner),
    liveOf: (owner: string) => liveCollectionsOf(db, owner),
    /** Writes collections of a list that no pass walks. */
    writeListed: (collections: readonly CollectionRecord[]) => retryConnection(() => writeRepos(connection, collections)),
    countDue: () => countDueCollections(db),
    /** The database's clock. */
    now: async (): Promise<Date> =>
      (await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db)).rows[0]?.now ?? new Date(),
    beginReads: (hubIds: readonly string[]) => beginReads(db, hubIds),
    endReads: (hubIds: readonly string[]) => endReads(db, hubIds),
    /** Stores a collection that was read whole, with its items. */
    writeCollection: async (collection: CollectionRecord): Promise<void> => {
      await retryConnection(() => writeRepos(connection, [collection]))
      await resolveFailure(db, ITEMS_TASK, collection.hub_id)
    },
    failReads: (failed: readonly { hubId: string; failure: FailureReport }[]): Promise<void> =>
      retryConnection(() =>
        recordFailures(
          db,
          failed.map(({ hubId, failure }) => ({ ...failure, task: ITEMS_TASK, hubId, kind: 'collection' })),
        ),
      ),
  }
}

/**
 * Live collections with unread items, the most upvoted first, without those whose last failure delays them. One whose reading
 * may have ended a process comes last, alone. After several deaths it waits: two hours, doubling each time, up to thirty days.
 *
 * @param begunBefore leaves out those that were tried since
 * @param owner of all if undefined
 */
async function dueCollections(
  db: Kysely<Database>,
  limit: number,
  begunBefore: Date,
  owner: string | undefined,
): Promise<DueCollection[]> {
  const { rows } = await sql<DueCollection & { deaths: number }>`
    select c.hub_id as "hubId", r.id, c.deaths
    from catalog.collection_reads c join catalog.repos r on r.hub_id = c.hub_id
    left join catalog.repo_counters n on n.hub_id = c.hub_id
    where c.is_due and r.removed_at is null and (c.attempted_at is null or c.attempted_at < ${begunBefore})
      and (${owner ?? null}::text is null or lower(r.author) = lower(${owner ?? null}))
      and not exists (select from catalog.failures f where f.task = ${ITEMS_TASK} and f.hub_id = c.hub_id and f.retry_at > now())
      and (c.deaths <= ${DEATHS_AT_ONCE}
        or c.attempted_at < now() - least(2 ^ (c.deaths - ${DEATHS_AT_ONCE}::integer), 720) * interval '1 hour')
    order by c.deaths > 0, n.likes desc nulls last, c.hub_id limit ${limit}`.execute(db)
  const harmless = rows.filter(({ deaths }) => deaths === 0)
  return (harmless.length > 0 ? harmless : rows.slice(0, 1)).map(({ hubId, id }) => ({ hubId, id }))
}

/** The live collections of an owner, whose name may be in any letter case. */
async function liveCollectionsOf(db: Kysely<Database>, owner: string): Promise<RemovalCandidate[]> {
  return await db
    .selectFrom('catalog.repos')
    .select(['hub_id as hubId', 'kind', 'id'])
    .where('kind', '=', 'collection')
    .where(sql`lower(author)`, '=', sql<string>`lower(${owner})`)
    .where('removed_at', 'is', null)
    .execute()
}

/** Collections that are still to be read one by one. */
export async function countDueCollections(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ due: number }>`
    select count(*)::int as due from catalog.collection_reads c join catalog.repos r using (hub_id)
    where c.is_due and r.removed_at is null`.execute(db)
  return rows[0]?.due ?? 0
}

/** Records that reading begins. A process that ends before it does counts as a death at these collections. */
async function beginReads(db: Kysely<Database>, hubIds: readonly string[]): Promise<void> {
  await sql`
    update catalog.collection_reads set deaths = deaths + 1, attempted_at = now()
    where hub_id = any(${[...hubIds]}::text[])`.execute(db)
}

/** Records that reading has ended, with whatever outcome: the process lives. */
async function endReads(db: Kysely<Database>, hubIds: readonly string[]): Promise<void> {
  await sql`
    update catalog.collection_reads set deaths = 0 where hub_id = any(${[...hubIds]}::text[]) and deaths > 0`.execute(db)
}
