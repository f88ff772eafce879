import { type Kysely, sql } from 'kysely'
import { collectionsHolding, itemsOfCollection } from '../collections/collection-reads.ts'
import { failuresOf, type RepoProfile, stagesOf, unconfirmedOf } from '../repos/profile.ts'
import type { KnownRepo } from '../repos/reads.ts'
import type { Database } from '../schema.ts'

/** What is known about a repo beyond its listing, with sums in place of long lists. */
export interface RepoSummary extends Pick<RepoProfile, 'stages' | 'collections' | 'items' | 'failures' | 'unconfirmed'> {
  files: { count: number; bytes: number | null; usedStorage: number | null } | null
  readme: { bytes: number; truncated: boolean } | null
  parquet: { splits: number; schemas: number; rows: number | null; bytes: number | null; isEstimated: boolean } | null
}

/** What most repos lack is only read where it exists. */
export async function readSummary(db: Kysely<Database>, { hubId, kind }: KnownRepo): Promise<RepoSummary> {
  const { rows } = await sql<Pick<RepoSummary, 'files' | 'readme' | 'parquet'> & { hasFailed: boolean; isMissed: boolean }>`
    select exists (select from catalog.failures where hub_id = ${hubId}) as "hasFailed",
      exists (select from catalog.removal_candidates where hub_id = ${hubId}) as "isMissed",
      (select json_build_object('count', file_count, 'bytes', file_bytes, 'usedStorage', used_storage)
        from catalog.repo_files where hub_id = ${hubId}) as files,
      (select json_build_object('bytes', bytes, 'truncated', truncated) from catalog.cards where hub_id = ${hubId}) as readme,
      (select json_build_object('splits', count(*), 'schemas', count(distinct schema_position), 'rows', sum(row_count),
          'bytes', sum(byte_count), 'isEstimated', bool_or(estimated))
        from catalog.parquet_splits where hub_id = ${hubId} having count(*) > 0) as parquet`.execute(db)
  const { files = null, readme = null, parquet = null, hasFailed, isMissed } = rows[0] ?? {}
  return {
    stages: await stagesOf(db, hubId),
    ...{ files, readme, parquet },
    collections: await collectionsHolding(db, hubId),
    items: kind === 'collection' ? await itemsOfCollection(db, hubId) : null,
    failures: hasFailed === true ? await failuresOf(db, hubId) : [],
    unconfirmed: isMissed === true ? await unconfirmedOf(db, hubId) : null,
  }
}
